# Worum es auf jeder Seite eines Links geht. $kind ist `email` oder `mobile`.
link-requested-by = Angefordert von
link-by-owner = der Person, der das Konto gehört
link-by-administrator = der Verwaltung
link-by-application = einer Anwendung
link-requested = Angefordert
link-not-me = Das war ich nicht

# Die Seite, die fragt.
link-confirm = { $kind ->
    [mobile] Neue Mobilnummer bestätigen
   *[email] Neue E-Mail-Adresse bestätigen
}
link-confirm-lead = { $kind ->
    [mobile] Diese Mobilnummer soll für das Konto { $account } verwendet werden.
   *[email] Diese E-Mail-Adresse soll für das Konto { $account } verwendet werden.
}
link-confirm-until-button = Es ändert sich nichts, bis Sie auf die Schaltfläche drücken.
link-confirm-until-code = Es ändert sich nichts, bis Sie den Code eingeben und auf die Schaltfläche drücken.
link-works-until = Link gilt bis
link-confirm-button = { $kind ->
    [mobile] Nummer bestätigen
   *[email] Adresse bestätigen
}
link-not-me-note = „Das war ich nicht“ stoppt die Änderung und lässt das Konto, wie es ist.

# Der Code, der mit dem Link kam.
link-code = Code aus der E-Mail
link-code-digits = { $length } Ziffern, in der E-Mail, die Sie hierher geführt hat.
link-code-letters = { $length } Zeichen, in der E-Mail, die Sie hierher geführt hat. Groß- und Kleinbuchstaben sind verschieden.
link-code-missing = Geben Sie zuerst den Code ein.
link-code-wrong = { $count ->
    [one] Das ist nicht der Code. 1 Versuch bleibt.
   *[other] Das ist nicht der Code. { $count } Versuche bleiben.
}

# Wo nur bestätigt, wer angemeldet ist und wem das Konto gehört.
link-sign-in = { $kind ->
    [mobile] Melden Sie sich an, um die neue Mobilnummer zu bestätigen
   *[email] Melden Sie sich an, um die neue E-Mail-Adresse zu bestätigen
}
link-sign-in-until = Es ändert sich nichts, bis die Person, der das Konto gehört, angemeldet ist und auf die Schaltfläche drückt. Nach der Anmeldung sind Sie wieder hier.
link-sign-in-button = Anmelden
link-other = Dieser Link gehört zu einem anderen Konto
link-other-lead = { $kind ->
    [mobile] Die Mobilnummer wurde für das Konto { $account } angefordert; angemeldet sind Sie mit einem anderen.
   *[email] Die E-Mail-Adresse wurde für das Konto { $account } angefordert; angemeldet sind Sie mit einem anderen.
}
link-other-until = Es ändert sich nichts, bis die Person, der das Konto gehört, angemeldet ist und auf die Schaltfläche drückt. Melden Sie sich ab und dann als { $account } an.
link-other-button = Abmelden

# Die Seite, die fragt, ob gestoppt werden soll.
link-stop = Diese Änderung stoppen?
link-stop-lead = { $kind ->
    [mobile] Die Mobilnummer des Kontos { $account } soll geändert werden in:
   *[email] Die E-Mail-Adresse des Kontos { $account } soll geändert werden in:
}
link-stop-button = Änderung stoppen
link-stop-note = Wenn Sie es waren, schließen Sie diese Seite. Durch das Öffnen hat sich nichts geändert.

# Was eine Schaltfläche bewirkt hat.
link-confirmed = { $kind ->
    [mobile] Ihre Mobilnummer ist bestätigt
   *[email] Ihre E-Mail-Adresse ist bestätigt
}
link-confirmed-lead = Sie gehört jetzt zum Konto { $account }. Sie können diese Seite schließen.
link-stopped = Die Änderung ist gestoppt
link-stopped-lead = { $kind ->
    [mobile] Diese Mobilnummer wird für das Konto { $account } nicht verwendet.
   *[email] Diese E-Mail-Adresse wird für das Konto { $account } nicht verwendet.
}
link-stopped-stolen = Wenn nicht Sie die Änderung wollten, kann sich jemand anderes als Sie anmelden: Wählen Sie jetzt ein neues Passwort.
link-stopped-close = Mehr ist nicht zu tun. Sie können diese Seite schließen.
link-sent-again = Ein neuer Link ist unterwegs
link-sent-again-lead = Öffnen Sie die neueste Nachricht; frühere Links gelten nicht mehr.

# Was schon vorher so war.
link-confirmed-before = { $kind ->
    [mobile] Diese Mobilnummer ist schon bestätigt
   *[email] Diese E-Mail-Adresse ist schon bestätigt
}
link-confirmed-before-lead = Es ist nichts mehr zu tun; ein Link gilt einmal.
link-confirmed-at = Bestätigt
link-too-late = Die Änderung ist schon wirksam
link-too-late-lead = Wenn Sie das nicht waren, wählen Sie jetzt ein neues Passwort und bitten Sie Ihre Verwaltung, die Änderung zurückzunehmen.
link-in-force-since = Wirksam seit
link-replaced = Es gibt einen neueren Link
link-replaced-lead = Etwas Neueres steht an der Stelle dieses Links: eine andere Änderung oder eine andere Nachricht zu derselben.
link-replaced-newest = Nehmen Sie den Link in der neuesten Nachricht.
link-called-off = Diese Änderung wurde abgebrochen
link-called-off-lead = Das Konto { $account } ist geblieben, wie es war. Wird die Änderung noch gewünscht, fordern Sie sie neu an.
link-called-off-at = Abgebrochen
link-expired = Dieser Link gilt nicht mehr
link-expired-lead = Wir können einen neuen an dieselbe Adresse schicken. Bis dahin bleibt das Konto, wie es ist.
link-worked-until = Galt bis
link-resend-button = Neuen Link schicken
link-taken = { $kind ->
    [mobile] Diese Mobilnummer ist vergeben
   *[email] Diese E-Mail-Adresse ist vergeben
}
link-taken-lead = { $kind ->
    [mobile] Ein anderes Konto hat diese Mobilnummer zuerst bestätigt; die Änderung wurde darum abgebrochen.
   *[email] Ein anderes Konto hat diese E-Mail-Adresse zuerst bestätigt; die Änderung wurde darum abgebrochen.
}
link-taken-advice = { $kind ->
    [mobile] Wenn die Mobilnummer Ihnen gehört, bitten Sie Ihre Verwaltung um Hilfe.
   *[email] Wenn die E-Mail-Adresse Ihnen gehört, bitten Sie Ihre Verwaltung um Hilfe.
}

# Was kein Link ist oder gerade nicht geht.
link-unknown = Dieser Link funktioniert nicht
link-unknown-lead = Vielleicht ist er abgeschnitten oder älter, als wir uns erinnern, oder diese Seite war zu lange offen.
link-unknown-remedy = Öffnen Sie den Link in der neuesten Nachricht noch einmal, oder fordern Sie die Änderung neu an.
link-foreign = Bitte öffnen Sie den Link noch einmal
link-foreign-lead = Zu Ihrer Sicherheit hört diese Seite nur auf ihre eigenen Schaltflächen. Es wurde nichts geändert.
link-foreign-remedy = Öffnen Sie den Link in der Nachricht noch einmal.
link-too-many = Zu viele Versuche
link-too-many-wait = Warten Sie { $wait } und öffnen Sie dann den Link in der Nachricht noch einmal.
link-failed = Bei uns ist etwas schiefgegangen
link-failed-lead = Öffnen Sie den Link in einer Minute noch einmal; er zeigt, wie es um die Änderung steht.
link-failed-report = Wenn es bleibt, melden Sie
