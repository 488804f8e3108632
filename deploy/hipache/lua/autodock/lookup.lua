-- The route for a host: from the cache, or from Redis.

local cache = require 'autodock.cache'
local counters = require 'autodock.counters'
local gather = require 'autodock.gather'

local _M = {}

--- The route for a host, as answer.lua describes it.
function _M.find(host)
  local route = cache.get(host)
  if route then
    counters.hit()
    return route
  end
  return gather.find(host)
end

return _M
