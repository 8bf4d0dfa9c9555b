-- The first page of My Account, by somebody who has signed in.
local figures = require("figures")

local page = "GET /myaccount/ HTTP/1.1\r\nHost: " .. os.getenv("BENCH_HOST") .. "\r\nAccept: text/html\r\nCookie: "
    .. os.getenv("BENCH_COOKIE") .. "\r\n\r\n"

figures.judged(function(body) return body:find('class="value"', 1, true) end)

request = function()
    return page
end
