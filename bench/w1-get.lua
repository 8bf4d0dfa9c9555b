-- W1: GET a user by id, another one each time.
local figures = require("figures")
local ids, at = figures.lines("BENCH_IDS"), 0

request = function()
    at = (at + 7919) % #ids
    return figures.raw("GET", "/scim2/Users/" .. ids[at + 1])
end
