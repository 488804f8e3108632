-- Request headers that an application cannot tell from what this front vouches for.
--
-- An application that is asked as by CGI knows a header by letters, digits and `_` alone:
-- `X_Forwarded_For` and `X.Forwarded.For` are `X-Forwarded-For` to it, and so they are dropped.
-- All other names with such characters pass.
--
-- nginx can do neither by itself: it finds `X_Forwarded_Host` where `$http_x_forwarded_host`
-- is asked for, and no header with a dot where one is to be replaced. The names are looked at
-- where they are (headers.lua).

local text = require('ffi').string

local gsub, lower = string.gsub, string.lower

local _M = {}

local X, UPPER_X = string.byte('xX', 1, 2)

local VOUCHED = {}
for _, name in ipairs {
  'x-autodock-front', 'x-autodock-relay', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-port', 'x-forwarded-prefix',
  'x-forwarded-proto', 'x-forwarded-protocol', 'x-forwarded-scheme', 'x-forwarded-server',
  'x-forwarded-ssl', 'x-real-ip', 'x-request-id',
} do
  VOUCHED[name] = true
end

local function is_plain(char)
  return char >= 97 and char <= 122 or char == 45 or char >= 65 and char <= 90 or char >= 48 and char <= 57
end

--- Whether a name is another spelling of one that this front vouches for. All of those begin with an X.
-- @param data its bytes, and `length` how many
function _M.is_other(data, length)
  if data[0] ~= X and data[0] ~= UPPER_X then
    return false
  end
  for at = 1, length - 1 do
    if not is_plain(data[at]) then
      return VOUCHED[gsub(lower(text(data, length)), '%W', '-')] ~= nil
    end
  end
  return false
end

return _M
