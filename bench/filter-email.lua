-- Filter emails.value eq, another one each time.
local figures, people = require("figures"), require("people")
local count, at = #figures.lines("BENCH_IDS"), 0

request = function()
    at = people.next(at, count)
    return people.filter("/scim/v2", "emails.value", "eq", string.format("user%06d@people.example", at))
end
