# A user's page in the Console: Profile
user-parts = Parts of this user's page
user-profile = Profile
user-access = Access
user-locked = Locked
