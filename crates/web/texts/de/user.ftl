# Die Seite eines Benutzers in der Konsole: Profil
user-parts = Teile der Seite dieses Benutzers
user-profile = Profil
user-access = Zugang
user-locked = Gesperrt
