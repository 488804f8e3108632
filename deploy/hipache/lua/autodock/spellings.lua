-- Request headers that an application cannot tell from what this front vouches for.
--
-- An application that is asked as by CGI knows a header by letters, digits and `_` alone:
-- `X_Forwarded_For` and `X.Forwarded.For` are `X-Forwarded-For` to it, and so they are dropped.
-- All other names with such characters pass.
--
-- nginx can do neither by itself: it finds `X_Forwarded_Host` where `$http_x_forwarded_host`
-- is asked for, and no header with a dot where one is to be replaced. The names are looked at
-- where they are, as a table of all headers costs a request ten times as much.

local ffi = require 'ffi'
local base = require 'resty.core.base'
require 'resty.core.request' -- declares what is called here

local C, cast, text, typeof = ffi.C, ffi.cast, ffi.string, ffi.typeof
local get_request, get_string_buf = base.get_request, base.get_string_buf
local clear_header = ngx.req.clear_header
local gsub, lower = string.gsub, string.lower

local _M = {}

local HEADERS = typeof('ngx_http_lua_ffi_table_elt_t *')
local HEADER_BYTES = ffi.sizeof('ngx_http_lua_ffi_table_elt_t')
local ALL, AS_SENT = 0, 1 -- a number below 0 asks for a hundred
local truncated = ffi.new('int[1]')

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

-- All names that are vouched for begin with an X.
local function is_other_spelling(data, length)
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

--- Drops them from this request.
function _M.drop()
  local request = get_request()
  local count = C.ngx_http_lua_ffi_req_get_headers_count(request, ALL, truncated)
  if count <= 0 then
    return
  end
  local headers = cast(HEADERS, get_string_buf(count * HEADER_BYTES))
  C.ngx_http_lua_ffi_req_get_headers(request, headers, count, AS_SENT)
  local others
  for at = 0, count - 1 do
    local name = headers[at].key
    if is_other_spelling(name.data, name.len) then
      others = others or {}
      others[#others + 1] = text(name.data, name.len)
    end
  end
  for _, name in ipairs(others or {}) do
    clear_header(name)
  end
end

return _M
