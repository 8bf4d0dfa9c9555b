# Die Seite eines Benutzers in der Konsole: Zugang; neue Benutzer
access-title = { $name } · Zugang
access-own = Das ist Ihr eigenes Konto. Den eigenen Zugang ändert hier niemand: Das kann jemand anderes aus der Verwaltung tun.
access-own-security = Ihr Passwort und Ihre Sitzungen finden Sie unter Mein Konto.
access-not-held = Geben und nehmen können Sie nur Berechtigungen, die Sie selbst haben. Es wurde nichts geändert.
access-password-beyond = Diese Person darf mehr als Sie. Nur wer alle ihre Berechtigungen hat, kann das Passwort neu setzen. Es wurde nichts geändert.
access-password-first = Geben Sie auch Ihr eigenes Passwort ein; was Sie darüber eingegeben haben, muss noch einmal eingegeben werden.

# Anmelden.
access-state = Anmelden
access-enabled = Das Konto ist aktiv
access-disabled = Das Konto ist deaktiviert
access-locked = Das Konto ist gesperrt
access-not-locked = Das Konto ist nicht gesperrt
access-since = Seit
access-by = von { $name }
access-disable = Deaktivieren
access-enable = Aktivieren
access-lock = Sperren
access-unlock = Entsperren
access-disable-text = Für jemanden, der das Konto nicht mehr benutzen soll. Die Person wird mit der nächsten Anfrage überall abgemeldet, und was auf einen Nachweis wartet, wird abgesagt. Alles andere bleibt, und Sie können das Konto wieder aktivieren.
access-enable-text = Die Person kann sich dann mit demselben Passwort wie zuvor anmelden. Was abgesagt wurde, bleibt abgesagt.
access-lock-text = Für ein Konto, das in falschen Händen sein könnte. Eine Sperre beendet dasselbe wie das Deaktivieren und wird mit Entsperren aufgehoben.
access-unlock-text = Die Person kann sich dann mit demselben Passwort wie zuvor anmelden. Wenn andere es kennen könnten, setzen Sie es vorher neu.
said-user-disabled = Das Konto ist deaktiviert: Die Person ist überall abgemeldet, und nichts wartet mehr auf einen Nachweis.
said-user-enabled = Das Konto ist aktiv: Die Person kann sich wieder anmelden.
said-user-enabled-locked = Das Konto ist aktiv. Es ist noch gesperrt: Erst wenn Sie es entsperren, kann sich damit jemand anmelden.
said-user-locked = Das Konto ist gesperrt: Die Person ist überall abgemeldet, und nichts wartet mehr auf einen Nachweis.
said-user-unlocked = Das Konto ist entsperrt: Die Person kann sich wieder anmelden.
said-user-unlocked-disabled = Das Konto ist entsperrt. Es ist noch deaktiviert: Erst wenn Sie es aktivieren, kann sich damit jemand anmelden.

# Das Passwort.
password-policy = { $count ->
    [one] Mindestens 1 Zeichen.
   *[other] Mindestens { $count } Zeichen; ein paar Wörter sind ein gutes.
}
password-policy-unknown = { $count ->
    [one] Mindestens 1 Zeichen, und keines der Passwörter, die alle zuerst probieren.
   *[other] Mindestens { $count } Zeichen, und keines der Passwörter, die alle zuerst probieren; ein paar Wörter sind ein gutes.
}
access-password-text = Mit einem neuen Passwort enden alle Sitzungen dieser Person, und was auf einen Nachweis wartet, wird abgesagt. Das neue Passwort wird der Person nicht mitgeteilt: Übergeben Sie es selbst.
access-password-reset = Passwort neu setzen
access-password-set = Neues Passwort setzen
access-new-password = Neues Passwort
access-own-password = Ihr eigenes Passwort
said-user-password-reset = Das neue Passwort gilt. Das alte ist nichts mehr wert, und jede damit begonnene Sitzung ist beendet.

# Sitzungen.
access-sessions = Wo diese Person angemeldet ist
access-no-sessions = Im Augenblick nirgends.
access-end-all = Überall abmelden
said-user-session-ended = Die Sitzung ist beendet: Dieser Browser ist abgemeldet.
said-user-sessions-ended = Alle Sitzungen sind beendet: Die Person ist überall abgemeldet.

# Berechtigungen.
access-permissions = Berechtigungen
access-permissions-text = Was diese Person über das eigene Konto hinaus darf. Es gilt ab der nächsten Anfrage.
access-no-permissions = Keine: Diese Person kümmert sich nur um das eigene Konto.
access-permissions-change = Berechtigungen ändern
access-not-yours = Sie haben sie selbst nicht und können sie daher weder geben noch nehmen.
permissions-users = Benutzer
permissions-changes = Änderungen, die auf einen Nachweis warten
permissions-groups = Gruppen
permissions-settings = Einstellungen
permissions-server = Der Server
permissions-own = Ihr eigenes Profil
may-internal_user_mgt_list = Benutzer auflisten und erfahren, dass ein Wert vergeben ist
may-internal_user_mgt_view = Profile, Adressen und Zugang sehen
may-internal_user_mgt_create = Benutzer anlegen
may-internal_user_mgt_update = Profile und Adressen ändern, Passwörter neu setzen, deaktivieren und sperren
may-internal_user_mgt_delete = Benutzer löschen
may-bulk_verify = Beliebig viele Nachweise in einer Sammelanfrage beginnen
may-internal_user_code_mgt_view = Die Änderungen aller sehen
may-internal_user_code_mgt_create = Codes noch einmal senden, Änderungen absagen, Codes für andere eingeben
may-internal_group_mgt_list = Gruppen auflisten
may-internal_group_mgt_view = Gruppen und ihre Mitglieder sehen
may-internal_group_mgt_create = Gruppen anlegen
may-internal_group_mgt_update = Gruppen umbenennen und ihre Mitglieder ändern
may-internal_group_mgt_delete = Gruppen löschen
may-internal_idp_view = Die Einstellungen von User Claim Update sehen
may-internal_idp_update = Die Einstellungen von User Claim Update ändern
may-internal_config_mgt_view = Nachrichten, Publisher, Anwendungen, Protokoll und System sehen
may-internal_config_mgt_add = Anwendungen hinzufügen
may-internal_config_mgt_update = Nachrichten erneut senden oder herausnehmen, Anwendungen ändern, Berechtigungen geben und nehmen
may-internal_config_mgt_delete = Anwendungen entfernen
may-internal_login = Ein eigenes Profil verwenden; Programme haben keines
said-permissions-changed = Die Berechtigungen sind geändert. Sie gelten ab der nächsten Anfrage dieser Person.
said-permissions-same = Es wurde nichts geändert: Die Berechtigungen sind, wie sie waren.

# Gruppen.
access-groups = Gruppen
access-no-groups = In keiner Gruppe.
access-group-indirect = Über eine andere Gruppe

# Das Ende eines Kontos.
access-delete = Konto löschen
access-delete-text = Das Konto verschwindet endgültig, mit Profil, Adressen und Nummern, Mitgliedschaften, Berechtigungen und Sitzungen und dem, was auf einen Nachweis wartet. Das Protokoll behält, was geschah, mit unkenntlichen Adressen. Es lässt sich nicht rückgängig machen; Deaktivieren schon.
access-delete-name = Geben Sie zur Bestätigung { $name } ein
access-delete-other = Das ist nicht der Name dieses Kontos. Es wurde nichts gelöscht.
access-delete-now = Endgültig löschen
said-user-deleted = Das Konto ist gelöscht, mit allem, was dazugehörte.

# Neue Benutzer.
new-user = Neuer Benutzer
new-user-person = Die Person
new-user-name = Benutzername
new-user-name-hint = Womit die Person sich anmeldet.
new-user-name-missing = Geben Sie einen Benutzernamen ein.
new-user-name-long = Ein Benutzername hat höchstens 255 Zeichen.
new-user-name-taken = Es gibt schon einen Benutzer dieses Namens. Wählen Sie einen anderen Namen.
new-user-contacts = Adresse und Nummer
new-user-contacts-text = Beides kann leer bleiben. Was Sie eingeben, gilt sofort, aber bis zum Nachweis als nicht bestätigt.
new-user-email = E-Mail-Adresse
new-user-email-taken = Jemand anderes hat diese Adresse.
new-user-verify-email = Nachweis der Adresse verlangen
new-user-verify-email-hint = Wir schreiben sofort an sie. Sie gilt als bestätigt, wenn die Person der E-Mail gefolgt ist.
new-user-mobile = Mobilnummer
new-user-mobile-taken = Jemand anderes hat diese Nummer.
new-user-verify-mobile = Nachweis der Nummer verlangen
new-user-verify-mobile-hint = Wir senden sofort einen Code. Sie gilt als bestätigt, wenn die Person den Code unter Mein Konto eingegeben hat.
new-user-no-proof = Die Bestätigung ist ausgeschaltet: Es wird kein Nachweis verlangt.
new-user-password-text = Ohne Passwort kann sich niemand als dieser Benutzer anmelden, bis Sie auf seiner Seite eines setzen.
new-user-create = Benutzer anlegen
new-user-too-often = Es wurde niemand angelegt: Es wurden zu viele Nachrichten gesendet. Versuchen Sie es in { $wait } noch einmal, oder verlangen Sie jetzt keinen Nachweis.
said-user-created = Der Benutzer ist angelegt. Es wurde keine Nachricht gesendet.
said-user-created-asked = Der Benutzer ist angelegt, und eine Nachricht, die den Nachweis verlangt, ist unterwegs.
