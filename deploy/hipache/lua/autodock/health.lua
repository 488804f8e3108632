-- What Docker asks: whether this front serves. What is wrong beside that stands below.

local connections = require 'autodock.connections'
local link = require 'autodock.link'
local redis = require 'autodock.redis'
local rewritten = require 'autodock.rewritten'

local _M = {}

local FEW, NONE = 0.2, 0.03 -- parts of the connections that are free

local function of_connections()
  local used, limit = connections.total()
  local line = string.format('%d of %d connections are in use (FRONT_CONNECTIONS)', used, limit)
  return 1 - used / limit < FEW and line, 1 - used / limit < NONE
end

local function remarks()
  local lines = { of_connections() or nil }
  if redis.away() then
    lines[#lines + 1] = 'Redis is away: the last known routes are served'
  elseif not link.is_up() then
    lines[#lines + 1] = string.format('Redis is a replica whose link to its master has been down for %d s: '
      .. 'routes may be old', link.down_seconds())
  elseif rewritten.is_awaited() then
    lines[#lines + 1] = 'Redis came up without what it held: hosts that nobody has written there yet are served as they were'
  end
  return lines
end

--- Answers 200, as whoever gets an answer is served; 503 if no connection is left for that.
function _M.print()
  local _, full = of_connections()
  ngx.status = full and ngx.HTTP_SERVICE_UNAVAILABLE or ngx.HTTP_OK
  ngx.say(full and 'full' or 'ok')
  for _, line in ipairs(remarks()) do
    ngx.say(line)
  end
end

return _M
