-- W4: POST of somebody new without a password.
local figures, people = require("figures"), require("people")
local at = 0

request = function()
    at = at + 1
    return figures.raw("POST", "/scim2/Users", people.new(at))
end
