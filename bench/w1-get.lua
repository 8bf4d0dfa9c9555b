-- W1: GET a user by id, another one each time.
local figures, people = require("figures"), require("people")
local ids, at = figures.lines("BENCH_IDS"), 0

request = function()
    at = people.next(at, #ids)
    return people.get(ids[at + 1])
end
