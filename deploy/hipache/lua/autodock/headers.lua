-- The headers of a request, looked at once, where they are: a table of all of them would cost a
-- request ten times as much, and to ask nginx for some of them by name as much as all of this.

local ffi = require 'ffi'
local base = require 'resty.core.base'
local spellings = require 'autodock.spellings'
require 'resty.core.request' -- declares what is called here

local C, cast, text, typeof = ffi.C, ffi.cast, ffi.string, ffi.typeof
local get_request, get_string_buf = base.get_request, base.get_string_buf
local clear_header = ngx.req.clear_header
local bor = require('bit').bor
local byte, find = string.byte, string.find

local _M = {}

local HEADERS = typeof('ngx_http_lua_ffi_table_elt_t *')
local HEADER_BYTES = ffi.sizeof('ngx_http_lua_ffi_table_elt_t')
local ALL, AS_SENT = 0, 1
local truncated = ffi.new('int[1]')

local EVENTS = 'text/event-stream'
local A, C_, H, O, S, T, U, X = byte('achostux', 1, 8)
local LOWER = 32 -- the bit of a letter

-- Names with which a request asks for more than a route: a body, another protocol, or a way round (`loops` in
-- nginx.conf.in). By their length, their first letter and, of so many that begin so, their third.
local function asks_for_more(data, length, first)
  if length == 14 then
    return first == C_ -- Content-Length
  elseif length == 17 then
    return first == T -- Transfer-Encoding
  elseif length == 7 then
    return first == U -- Upgrade
  end
  return length == 16 and first == X and bor(data[2], LOWER) == A -- X-Autodock-Front
end

local function is_host(data)
  return bor(data[0], LOWER) == H and bor(data[1], LOWER) == O and bor(data[2], LOWER) == S and bor(data[3], LOWER) == T
end

local function asks_for_events(value)
  return value.len >= #EVENTS and find(text(value.data, value.len), EVENTS, 1, true) ~= nil
end

local function drop(headers, numbers)
  local names = {}
  for i, at in ipairs(numbers) do
    names[i] = text(headers[at].key.data, headers[at].key.len)
  end
  for _, name in ipairs(names) do
    clear_header(name)
  end
end

--- Drops what could be taken for what this front vouches for (spellings.lua), and returns the Host header as it was
-- sent; nil if there is none, or if something else has to be looked at.
function _M.look()
  local request = get_request()
  local count = C.ngx_http_lua_ffi_req_get_headers_count(request, ALL, truncated)
  if count <= 0 then
    return nil
  end
  local headers = cast(HEADERS, get_string_buf(count * HEADER_BYTES))
  C.ngx_http_lua_ffi_req_get_headers(request, headers, count, AS_SENT)
  local host, is_plain, others = nil, true, nil
  for at = 0, count - 1 do
    local name = headers[at].key
    local data, length = name.data, tonumber(name.len)
    local first = bor(data[0], LOWER)
    if length == 4 and is_host(data) then
      host = text(headers[at].value.data, headers[at].value.len)
    elseif asks_for_more(data, length, first) or length == 6 and first == A and asks_for_events(headers[at].value) then
      is_plain = false
    end
    if spellings.is_other(data, length) then
      others = others or {}
      others[#others + 1] = at
    end
  end
  if others then
    drop(headers, others)
  end
  return is_plain and host or nil
end

return _M
