# Times.
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
just-now = just now
minutes-ago = { $count ->
    [one] 1 minute ago
   *[other] { $count } minutes ago
}
hours-ago = { $count ->
    [one] 1 hour ago
   *[other] { $count } hours ago
}
days-ago = { $count ->
    [one] 1 day ago
   *[other] { $count } days ago
}
in-minutes = { $count ->
    [one] in 1 minute
   *[other] in { $count } minutes
}
in-hours = { $count ->
    [one] in 1 hour
   *[other] in { $count } hours
}
in-days = { $count ->
    [one] in 1 day
   *[other] in { $count } days
}
seconds = { $count ->
    [one] 1 second
   *[other] { $count } seconds
}
minutes = { $count ->
    [one] 1 minute
   *[other] { $count } minutes
}
hours = { $count ->
    [one] 1 hour
   *[other] { $count } hours
}
days = { $count ->
    [one] 1 day
   *[other] { $count } days
}

# What stands around every page.
skip-to-content = Skip to content
my-account = My Account
console = Console
areas = Areas
menu-of-person = Account menu of { $name }
signed-in-as = Signed in as { $name }
sign-out = Sign out
theme = Appearance
theme-system = Like the system
theme-light = Light
theme-dark = Dark
theme-apply = Apply
previous-page = Previous page
next-page = Next page
pages = Pages
actions-for = Actions for { $name }
save = Save
cancel = Cancel
continue = Continue
reload = Look again
error-prefix = Error:
something-to-mend = Please check:

# Refusals that have a page of their own.
refused-400 = That request cannot be read
refused-403 = You may not do that
refused-404 = There is nothing here
refused-405 = That cannot be done here
refused-409 = Somebody was faster
refused-413 = That is too much at once
refused-421 = Wrong host name
refused-429 = Too many tries
refused-500 = Something went wrong on our side
refused-503 = The server cannot answer right now
refused-400-text = Go back, check what you sent, and try again.
refused-403-text = Your account does not have the permission for it. Somebody who administers this server can give it to you.
refused-404-text = The address may be mistyped, or what was here is gone.
refused-405-text = The page you came from may be out of date. Open it again.
refused-409-text = What you looked at has been changed meanwhile. Open the page again and repeat what you did.
refused-413-text = Send less in one form.
refused-421-text = This server does not answer under that host name; use its public address.
refused-429-text = Wait a moment, then try again.
refused-429-wait = Try again in { $wait }.
refused-500-text = It has been noted. Nothing you saw as saved is lost.
refused-503-text = Nothing was changed. Try again in a moment.
refused-form = This form is out of date
refused-form-text = It was opened before you signed in again, or another page sent it. Nothing was changed. Open the page again and repeat what you did.
trace-id = Name of this request
to-start = To the start page
