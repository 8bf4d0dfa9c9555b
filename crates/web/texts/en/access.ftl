# A user's page in the Console: Access; new users
