-- What Docker asks: whether this front serves. What is wrong beside that stands below.

local link = require 'autodock.link'
local redis = require 'autodock.redis'

local _M = {}

local function remarks()
  local lines = {}
  if redis.away() then
    lines[#lines + 1] = 'Redis is away: the last known routes are served'
  elseif not link.is_up() then
    lines[#lines + 1] = string.format('Redis is a replica whose link to its master has been down for %d s: '
      .. 'routes may be old', link.down_seconds())
  end
  return lines
end

--- Answers 200: whoever gets an answer is served.
function _M.print()
  ngx.say 'ok'
  for _, line in ipairs(remarks()) do
    ngx.say(line)
  end
end

return _M
