-- A backend's URL as what nginx can connect to.

local lrucache = require 'resty.lrucache'

local find, lower, match, tonumber = string.find, string.lower, string.match, tonumber

local _M = {}

local DEFAULT_PORTS = { http = 80, https = 443 }
local backends = assert(lrucache.new(4096))

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
  local is_address = find(host, '^%[') or find(host, '^%d+%.%d+%.%d+%.%d+$')
  return {
    url = url, host = lower(host), port = port, tls = scheme == 'https',
    address = is_address and host or nil,
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
