-- W2: filter userName eq, another one each time.
local figures = require("figures")
local people, at = #figures.lines("BENCH_IDS"), 0

request = function()
    at = (at + 7919) % people
    return figures.raw("GET", string.format("/scim2/Users?filter=userName+eq+%%22user%06d%%22", at))
end
