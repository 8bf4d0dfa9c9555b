-- W6: of twenty requests sixteen are W1, three W2 and one W5, in an order that spreads them.
local figures, people = require("figures"), require("people")
local ids, at, sent, tag = figures.lines("BENCH_IDS"), 0, 0, os.getenv("BENCH_TAG")

request = function()
    at, sent = people.next(at, #ids), sent + 1
    local turn = sent * 7 % 20
    if turn < 16 then return people.get(ids[at + 1]) end
    if turn < 19 then return people.named(at) end
    return people.change(ids[at + 1], tag .. "-" .. sent .. "@new.example")
end
