# What every page of a link is about. $kind is `email` or `mobile`.
link-requested-by = Requested by
link-by-owner = the account’s owner
link-by-administrator = an administrator
link-by-application = an application
link-requested = Requested
link-not-me = This wasn’t me

# The page that asks.
link-confirm = { $kind ->
    [mobile] Confirm your new mobile number
   *[email] Confirm your new e-mail address
}
link-confirm-lead = { $kind ->
    [mobile] Somebody asked to use this mobile number for the account { $account }.
   *[email] Somebody asked to use this e-mail address for the account { $account }.
}
link-confirm-until-button = Nothing changes until you press the button.
link-confirm-until-code = Nothing changes until you type the code and press the button.
link-works-until = Link works until
link-confirm-button = { $kind ->
    [mobile] Confirm number
   *[email] Confirm address
}
link-not-me-note = “This wasn’t me” stops the change and leaves the account as it is.

# The code that came with the link.
link-code = Code from the e-mail
link-code-digits = { $length } digits, in the e-mail that brought you here.
link-code-letters = { $length } characters, in the e-mail that brought you here. Capitals and small letters differ.
link-code-missing = Type the code first.
link-code-wrong = { $count ->
    [one] That is not the code. 1 try is left.
   *[other] That is not the code. { $count } tries are left.
}

# Where only its owner, signed in, confirms.
link-sign-in = { $kind ->
    [mobile] Sign in to confirm your new mobile number
   *[email] Sign in to confirm your new e-mail address
}
link-sign-in-until = Nothing changes until its owner has signed in and pressed the button. You will be back here after signing in.
link-sign-in-button = Sign in
link-other = This link is for another account
link-other-lead = { $kind ->
    [mobile] Somebody asked to use this mobile number for the account { $account }, and you are signed in to another one.
   *[email] Somebody asked to use this e-mail address for the account { $account }, and you are signed in to another one.
}
link-other-until = Nothing changes until its owner has signed in and pressed the button. Sign out, then sign in as { $account }.
link-other-button = Sign out

# The page that asks whether to stop.
link-stop = Stop this change?
link-stop-lead = { $kind ->
    [mobile] Somebody asked to change the mobile number of the account { $account } to:
   *[email] Somebody asked to change the e-mail address of the account { $account } to:
}
link-stop-button = Stop the change
link-stop-note = If it was you, close this page. Nothing has been changed by opening it.

# What a button made true.
link-confirmed = { $kind ->
    [mobile] Your mobile number is confirmed
   *[email] Your e-mail address is confirmed
}
link-confirmed-lead = It now belongs to the account { $account }. You can close this page.
link-stopped = The change was stopped
link-stopped-lead = { $kind ->
    [mobile] This mobile number will not be used for the account { $account }.
   *[email] This e-mail address will not be used for the account { $account }.
}
link-stopped-stolen = If you did not ask for the change, somebody else can sign in as you: choose a new password now.
link-stopped-close = There is nothing else for you to do. You can close this page.
link-sent-again = A new link is on its way
link-sent-again-lead = Open the newest message; earlier links have stopped working.

# What was so before.
link-confirmed-before = { $kind ->
    [mobile] This mobile number is confirmed already
   *[email] This e-mail address is confirmed already
}
link-confirmed-before-lead = There is nothing left to do; a link works once.
link-confirmed-at = Confirmed
link-too-late = The change has already taken effect
link-too-late-lead = If that wasn’t you, choose a new password now and ask your administrator to take the change back.
link-in-force-since = In force since
link-replaced = There is a newer link
link-replaced-lead = Something newer has taken the place of this link: another change, or another message for the same one.
link-replaced-newest = Use the link in the newest message.
link-called-off = This change was called off
link-called-off-lead = The account { $account } was left as it is. If the change is still wanted, ask for it again.
link-called-off-at = Called off
link-expired = This link can’t be used any more
link-expired-lead = We can send a new one to the same address. The account stays as it is until then.
link-worked-until = Worked until
link-resend-button = Send a new link
link-taken = { $kind ->
    [mobile] This mobile number is in use
   *[email] This e-mail address is in use
}
link-taken-lead = { $kind ->
    [mobile] Another account confirmed this mobile number first, so the change was called off.
   *[email] Another account confirmed this e-mail address first, so the change was called off.
}
link-taken-advice = { $kind ->
    [mobile] If the mobile number is yours, ask your administrator for help.
   *[email] If the e-mail address is yours, ask your administrator for help.
}

# What is no link, or not now.
link-unknown = This link doesn’t work
link-unknown-lead = It may be cut off, or older than we remember, or this page was open for too long.
link-unknown-remedy = Open the link in the newest message once more, or ask for the change again.
link-foreign = Please open the link again
link-foreign-lead = For your safety this page answers only to its own buttons. Nothing was changed.
link-foreign-remedy = Open the link in the message once more.
link-too-many = Too many tries
link-too-many-wait = Wait { $wait }, then open the link in the message again.
link-failed = Something went wrong on our side
link-failed-lead = Open the link again in a minute; it shows where the change stands.
link-failed-report = If it stays, report
