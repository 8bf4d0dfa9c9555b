-- The bare server: the same requests' size, nothing behind them.
local figures = require("figures")
local asked = figures.raw("GET", os.getenv("BENCH_PATH"))

request = function()
    return asked
end
