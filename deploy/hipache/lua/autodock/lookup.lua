-- The route for a host: from the cache, or from Redis; unless the host was taken off.

local cache = require 'autodock.cache'
local counters = require 'autodock.counters'
local gather = require 'autodock.gather'
local off = require 'autodock.off'

local _M = {}

--- The route for a host, as answer.lua and off.lua describe it.
function _M.find(host)
  local route = cache.get(host)
  if route then
    counters.hit()
  else
    route = gather.find(host)
  end
  return off.instead_of(route, host)
end

return _M
