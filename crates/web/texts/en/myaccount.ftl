personal-info = Personal info
security = Security
activity = Activity
