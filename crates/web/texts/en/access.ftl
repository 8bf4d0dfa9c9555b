# A user's page in the Console: Access; new users
access-title = { $name } · Access
access-own = This is your own account. Nobody changes their own access here: another administrator can do it.
access-own-security = Your password and sessions are in My Account.
access-not-held = You can give and take only permissions you hold yourself. Nothing was changed.
access-password-beyond = This person may do more than you. Only somebody who holds all of these permissions can reset the password. Nothing was changed.
access-password-first = Type your own password as well; what you typed above has to be typed once more.

# Signing in.
access-state = Signing in
access-enabled = The account is enabled
access-disabled = The account is disabled
access-locked = The account is locked
access-not-locked = The account is not locked
access-since = Since
access-by = by { $name }
access-disable = Disable
access-enable = Enable
access-lock = Lock
access-unlock = Unlock
access-disable-text = For somebody who is not to use the account any more. Disabling signs the person out everywhere with the next request and calls off what waits for proof. Everything else stays, and you can enable the account again.
access-enable-text = The person can then sign in with the same password as before. What was called off stays called off.
access-lock-text = For an account that may be in the wrong hands. A lock ends the same as disabling, and is taken back by Unlock.
access-unlock-text = The person can then sign in with the same password as before. If it may be known to others, reset it first.
said-user-disabled = The account is disabled: its person is signed out everywhere, and nothing waits for proof any more.
said-user-enabled = The account is enabled: its person can sign in again.
said-user-enabled-locked = The account is enabled. It is still locked: nobody can sign in to it before you unlock it.
said-user-locked = The account is locked: its person is signed out everywhere, and nothing waits for proof any more.
said-user-unlocked = The account is unlocked: its person can sign in again.
said-user-unlocked-disabled = The account is unlocked. It is still disabled: nobody can sign in to it before you enable it.

# The password.
password-policy = { $count ->
    [one] At least 1 character.
   *[other] At least { $count } characters; a few words make a good one.
}
password-policy-unknown = { $count ->
    [one] At least 1 character, and none of the passwords everybody tries first.
   *[other] At least { $count } characters, and none of the passwords everybody tries first; a few words make a good one.
}
access-password-text = With a new password all sessions of this person end, and what waits for proof is called off. The person is not told the new password: hand it over yourself.
access-password-reset = Reset password
access-password-set = Set new password
access-new-password = New password
access-own-password = Your own password
said-user-password-reset = The new password is in force. The old one is worth nothing any more, and every session opened with it has ended.

# Sessions.
access-sessions = Where this person is signed in
access-no-sessions = Nowhere at the moment.
access-end-all = Sign out everywhere
said-user-session-ended = The session has ended: that browser is signed out.
said-user-sessions-ended = Every session has ended: the person is signed out everywhere.

# Permissions.
access-permissions = Permissions
access-permissions-text = What this person may do beyond looking after the own account. It holds from the next request on.
access-no-permissions = None: this person looks after the own account only.
access-permissions-change = Change permissions
access-not-yours = You don’t hold it yourself, so it is not yours to give or take.
permissions-users = Users
permissions-changes = Changes that wait for proof
permissions-groups = Groups
permissions-settings = Settings
permissions-server = The server
permissions-own = Its own profile
may-internal_user_mgt_list = List users, and learn that a value is taken
may-internal_user_mgt_view = See profiles, addresses and access
may-internal_user_mgt_create = Create users
may-internal_user_mgt_update = Change profiles and addresses, reset passwords, disable and lock
may-internal_user_mgt_delete = Delete users
may-bulk_verify = Start any number of proofs in one bulk request
may-internal_user_code_mgt_view = See the changes of everybody
may-internal_user_code_mgt_create = Send codes again, call changes off, enter codes for others
may-internal_group_mgt_list = List groups
may-internal_group_mgt_view = See groups and their members
may-internal_group_mgt_create = Create groups
may-internal_group_mgt_update = Rename groups and change their members
may-internal_group_mgt_delete = Delete groups
may-internal_idp_view = See the settings of User Claim Update
may-internal_idp_update = Change the settings of User Claim Update
may-internal_config_mgt_view = See messages, publishers, applications, the audit trail and the system
may-internal_config_mgt_add = Add applications
may-internal_config_mgt_update = Send messages again or drop them, change applications, give and take permissions
may-internal_config_mgt_delete = Remove applications
may-internal_login = Use a profile of its own; programs have none
said-permissions-changed = The permissions are changed. They hold from this person’s next request on.
said-permissions-same = Nothing was changed: the permissions are as they were.

# Groups.
access-groups = Groups
access-no-groups = In no group.
access-group-indirect = Through another group

# The end of an account.
access-delete = Delete account
access-delete-text = The account goes for good, with its profile, addresses and numbers, memberships, permissions and sessions, and what waits for proof. The audit trail keeps what was done, with addresses masked. It cannot be undone; disabling can.
access-delete-name = Type { $name } to confirm
access-delete-other = That is not the name of this account. Nothing was deleted.
access-delete-now = Delete for good
said-user-deleted = The account is deleted, with everything that belonged to it.

# New users.
new-user = New user
new-user-person = The person
new-user-name = User name
new-user-name-hint = What the person signs in with.
new-user-name-missing = Type a user name.
new-user-name-long = A user name has at most 255 characters.
new-user-name-taken = There is a user of that name already. Choose another name.
new-user-contacts = Address and number
new-user-contacts-text = Both can be left empty. What you type is in force at once, and counts as not verified until it is proven.
new-user-email = E-mail address
new-user-email-taken = Another user has that address.
new-user-verify-email = Ask for proof of the address
new-user-verify-email-hint = We write to it at once. It counts as verified when the person has followed the mail.
new-user-mobile = Mobile number
new-user-mobile-taken = Another user has that number.
new-user-verify-mobile = Ask for proof of the number
new-user-verify-mobile-hint = We send a code at once. It counts as verified when the person has entered the code in My Account.
new-user-no-proof = Its verification is switched off: no proof is asked for.
new-user-password-text = Without one nobody can sign in as this user until you set one on the user’s page.
new-user-create = Create user
new-user-too-often = Nobody was created: too many messages were sent. Try again in { $wait }, or do not ask for proof now.
said-user-created = The user is created. No message was sent.
said-user-created-asked = The user is created, and a message that asks for proof is on its way.
