# Zeiten.
month-1 = Januar
month-2 = Februar
month-3 = März
month-4 = April
month-5 = Mai
month-6 = Juni
month-7 = Juli
month-8 = August
month-9 = September
month-10 = Oktober
month-11 = November
month-12 = Dezember
just-now = gerade eben
minutes-ago = { $count ->
    [one] vor 1 Minute
   *[other] vor { $count } Minuten
}
hours-ago = { $count ->
    [one] vor 1 Stunde
   *[other] vor { $count } Stunden
}
days-ago = { $count ->
    [one] vor 1 Tag
   *[other] vor { $count } Tagen
}
in-minutes = { $count ->
    [one] in 1 Minute
   *[other] in { $count } Minuten
}
in-hours = { $count ->
    [one] in 1 Stunde
   *[other] in { $count } Stunden
}
in-days = { $count ->
    [one] in 1 Tag
   *[other] in { $count } Tagen
}
seconds = { $count ->
    [one] 1 Sekunde
   *[other] { $count } Sekunden
}
minutes = { $count ->
    [one] 1 Minute
   *[other] { $count } Minuten
}
hours = { $count ->
    [one] 1 Stunde
   *[other] { $count } Stunden
}
days = { $count ->
    [one] 1 Tag
   *[other] { $count } Tage
}

# Was um jede Seite herum steht.
skip-to-content = Zum Inhalt
my-account = Mein Konto
console = Konsole
areas = Bereiche
menu-of-person = Kontomenü von { $name }
signed-in-as = Angemeldet als { $name }
sign-out = Abmelden
theme = Darstellung
theme-system = Wie das System
theme-light = Hell
theme-dark = Dunkel
theme-apply = Übernehmen
previous-page = Vorige Seite
next-page = Nächste Seite
pages = Seiten
actions-for = Aktionen für { $name }
save = Speichern
cancel = Abbrechen
continue = Weiter
reload = Neu laden
error-prefix = Fehler:
something-to-mend = Bitte prüfen:

# Ablehnungen mit eigener Seite.
refused-400 = Diese Anfrage ist nicht lesbar
refused-403 = Das dürfen Sie nicht
refused-404 = Hier ist nichts
refused-405 = Das geht hier nicht
refused-409 = Jemand war schneller
refused-413 = Das ist zu viel auf einmal
refused-421 = Falscher Hostname
refused-429 = Zu viele Versuche
refused-500 = Bei uns ist etwas schiefgegangen
refused-503 = Der Server kann gerade nicht antworten
refused-400-text = Gehen Sie zurück, prüfen Sie Ihre Eingabe und versuchen Sie es noch einmal.
refused-403-text = Ihrem Konto fehlt die Berechtigung. Wer diesen Server verwaltet, kann sie erteilen.
refused-404-text = Vielleicht ist die Adresse vertippt, oder was hier war, gibt es nicht mehr.
refused-405-text = Die Seite, von der Sie kommen, ist vielleicht veraltet. Öffnen Sie sie neu.
refused-409-text = Was Sie vor sich hatten, wurde inzwischen geändert. Öffnen Sie die Seite neu und wiederholen Sie den Schritt.
refused-413-text = Schicken Sie weniger in einem Formular.
refused-421-text = Unter diesem Hostnamen antwortet der Server nicht; nehmen Sie seine öffentliche Adresse.
refused-429-text = Warten Sie einen Moment und versuchen Sie es dann noch einmal.
refused-429-wait = Versuchen Sie es in { $wait } noch einmal.
refused-500-text = Es ist vermerkt. Nichts, was als gespeichert angezeigt wurde, geht verloren.
refused-503-text = Es wurde nichts geändert. Versuchen Sie es gleich noch einmal.
refused-form = Dieses Formular ist veraltet
refused-form-text = Es wurde geöffnet, bevor Sie sich neu angemeldet haben, oder eine andere Seite hat es geschickt. Es wurde nichts geändert. Öffnen Sie die Seite neu und wiederholen Sie den Schritt.
trace-id = Name dieser Anfrage
to-start = Zur Startseite
