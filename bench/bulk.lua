-- Bulk: BENCH_PEOPLE new users in one request, without passwords; BENCH_COUNT requests, or as many as there is time for.
local figures, people = require("figures"), require("people")
local each, at = tonumber(os.getenv("BENCH_PEOPLE")), 0
local count = tonumber(os.getenv("BENCH_COUNT") or "0")
if count > 0 then figures.exactly(count) end

-- A Bulk is answered 200 whatever becomes of its operations.
figures.judged(function(body)
    return select(2, body:gsub('"status":%s*"201"', "")) == each
end)

request = function()
    local operations = {}
    for number = 1, each do
        at = at + 1
        operations[number] = '{"method":"POST","path":"/Users","bulkId":"' .. number .. '","data":' .. people.new(at) .. "}"
    end
    local body = '{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":['
        .. table.concat(operations, ",") .. "]}"
    return figures.raw("POST", "/scim/v2/Bulk", body)
end
