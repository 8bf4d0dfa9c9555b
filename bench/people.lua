-- What is asked about people: the requests that several workloads share, and somebody new.
local figures = require("figures")

local people = {}

-- Somebody else each time, far from the one before.
function people.next(at, count)
    return (at + 7919) % count
end

function people.get(id)
    return figures.raw("GET", "/scim2/Users/" .. id)
end

-- One attribute compared with one text; wrk sends the path as it is.
function people.filter(mount, attribute, operator, text)
    return figures.raw("GET", mount .. "/Users?filter=" .. attribute .. "+" .. operator .. "+%22" .. text .. "%22")
end

function people.named(number)
    return people.filter("/scim2", "userName", "eq", string.format("user%06d", number))
end

-- Starts a change of the e-mail address to one that nobody has.
function people.change(id, address)
    local body = '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","value":'
        .. '{"emails":[{"primary":true,"value":"' .. address .. '"}]}}]}'
    return figures.raw("PATCH", "/scim2/Users/" .. id, body)
end

-- Somebody new without a password, as large as those who are loaded.
function people.new(number)
    return string.format('{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"new%07d",'
        .. '"name":{"givenName":"Robin","familyName":"New %07d"},"displayName":"Robin New %07d","title":"Clerk",'
        .. '"preferredLanguage":"en-GB","timezone":"Europe/Lisbon",'
        .. '"emails":[{"primary":true,"value":"new%07d@people.example"}],'
        .. '"phoneNumbers":[{"type":"mobile","value":"+35193%07d"}]}', number, number, number, number, number)
end

return people
