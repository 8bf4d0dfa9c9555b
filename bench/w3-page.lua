-- W3: a page of 100, the same each time; it begins at BENCH_START.
local figures = require("figures")
local asked = figures.raw("GET", "/scim/v2/Users?count=100&startIndex=" .. os.getenv("BENCH_START"))

request = function()
    return asked
end
