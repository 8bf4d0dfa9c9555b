-- W2: filter userName eq, another one each time.
local figures, people = require("figures"), require("people")
local count, at = #figures.lines("BENCH_IDS"), 0

request = function()
    at = people.next(at, count)
    return people.named(at)
end
