-- Filter userName sw, ten found, another ten each time.
local figures, people = require("figures"), require("people")
local tens, at = math.max(1, math.floor(#figures.lines("BENCH_IDS") / 10)), 0

request = function()
    at = people.next(at, tens)
    return people.filter("/scim/v2", "userName", "sw", string.format("user%05d", at))
end
