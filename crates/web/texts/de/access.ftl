# Die Seite eines Benutzers in der Konsole: Zugang; neue Benutzer
