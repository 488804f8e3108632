-- A backend's URL as what nginx can connect to.

local ffi = require 'ffi'
local lrucache = require 'resty.lrucache'

local C = ffi.C
local lower, match, tonumber = string.lower, string.match, tonumber

ffi.cdef [[
int inet_pton(int family, const char *text, void *address);
]]

local _M = {}

local INET6 = 10
local DEFAULT_PORTS = { http = 80, https = 443 }
local backends = assert(lrucache.new(4096))

local binary = ffi.new 'uint8_t[16]'

-- nil: it is a name; false: it looks like an address and is none. nginx refuses that one only when it is to connect,
-- and then goes to the address that stands in its configuration because one must.
local function address_in(host)
  local inner = match(host, '^%[(.*)%]$')
  if inner then
    return C.inet_pton(INET6, inner, binary) == 1 and host
  end
  local octets = { match(host, '^(%d+)%.(%d+)%.(%d+)%.(%d+)$') }
  if #octets == 0 then
    return nil
  end
  for _, octet in ipairs(octets) do
    if tonumber(octet) > 255 then
      return false
    end
  end
  return host
end

local function parse(url)
  local scheme, authority = match(url, '^(https?)://([^/?#]+)')
  if not scheme then
    return nil
  end
  local host, port = match(authority, '^(%[[%x:.]+%]):?(%d*)$')
  if not host then
    host, port = match(authority, '^([%w_][%w_.-]*):?(%d*)$')
  end
  port = port == '' and DEFAULT_PORTS[scheme] or tonumber(port)
  if not host or not port or port < 1 or port > 65535 then
    return nil
  end
  local address = address_in(host)
  return address ~= false and {
    url = url, host = lower(host), port = port, tls = scheme == 'https', address = address,
  }
end

--- { url, host, port, tls, address? }, or false for what cannot be connected
-- to. Without an address the host is a name. A path is ignored, as in hipache.
function _M.parse(url)
  local backend = backends:get(url)
  if backend == nil then
    backend = parse(url) or false
    backends:set(url, backend)
  end
  return backend
end

return _M
