personal-info = Persönliche Angaben
security = Sicherheit
activity = Aktivität
