-- One member of BENCH_GROUP added, removed, added …: BENCH_GUEST, who is none before. For one connection.
local figures = require("figures")
local group, guest, turn = os.getenv("BENCH_GROUP"), os.getenv("BENCH_GUEST"), 0
local head = '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":['
local add = head .. '{"op":"add","path":"members","value":[{"value":"' .. guest .. '"}]}]}'
local remove = head .. '{"op":"remove","path":"members[value eq \\"' .. guest .. '\\"]"}]}'

request = function()
    turn = turn + 1 -- the first one is only looked at by wrk, not sent
    return figures.raw("PATCH", "/scim/v2/Groups/" .. group, turn % 2 == 0 and add or remove)
end
