-- A backend's URL as an address that nginx can connect to.

local lrucache = require 'resty.lrucache'

local match, tonumber = string.match, tonumber

local _M = {}

local DEFAULT_PORT = 80
local addresses = assert(lrucache.new(4096))

local function parse(url)
  local authority = match(url, '^http://([^/?#]+)')
  if not authority then
    return nil
  end
  local host, port = match(authority, '^(%[[%x:.]+%]):?(%d*)$')
  if not host then
    host, port = match(authority, '^(%d+%.%d+%.%d+%.%d+):?(%d*)$')
  end
  port = port == '' and DEFAULT_PORT or tonumber(port)
  if not host or not port or port < 1 or port > 65535 then
    return nil
  end
  return { url = url, host = host, port = port }
end

--- { url, host, port }, or false for what cannot be connected to.
-- A path is ignored, as in hipache; names and `https://` are not served yet.
function _M.parse(url)
  local address = addresses:get(url)
  if address == nil then
    address = parse(url) or false
    addresses:set(url, address)
  end
  return address
end

return _M
