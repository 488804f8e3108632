-- What this front says about itself, on its local port alone.

local counters = require 'autodock.counters'
local lastknown = require 'autodock.lastknown'
local link = require 'autodock.link'
local redis = require 'autodock.redis'

local _M = {}

--- Prints the status as JSON. Redis is asked now, not remembered.
function _M.print()
  local reachable = redis.ping() or false
  local routes = reachable and not redis.away() and 'redis' or 'last known'
  ngx.header['Content-Type'] = 'application/json'
  ngx.say(string.format(
    '{"redis":{"reachable":%s,"away_seconds":%d,"role":"%s","link_down_seconds":%d},"routes":"%s","tracking":%s,"hosts_known":%s,' ..
      '"connections":{"active":%d,"waiting":%d}}',
    reachable, redis.away_seconds(), link.role() or 'unknown', link.down_seconds(), routes, counters.all('tracking up') == 1,
    lastknown.is_complete(),
    ngx.var.connections_active, ngx.var.connections_waiting
  ))
end

return _M
