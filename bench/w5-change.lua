-- W5: PATCH that starts a change of the e-mail address; the next person each time, an address nobody has asked for.
-- BENCH_TAG keeps the addresses of one run apart; with BENCH_COUNT that many are started, in order.
local figures, people = require("figures"), require("people")
local ids, at, tag = figures.lines("BENCH_IDS"), 0, os.getenv("BENCH_TAG")
local count = tonumber(os.getenv("BENCH_COUNT") or "0")
if count > 0 then figures.exactly(count) end

request = function()
    local id, address = ids[at % #ids + 1], tag .. "-" .. at .. "@new.example"
    at = at + 1
    return people.change(id, address)
end
