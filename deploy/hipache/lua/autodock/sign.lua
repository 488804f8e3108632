-- Tells Redis now and then that this front is there: whoever drains a backend asks all that are
-- (presence.lua).
--
-- It is told before the first list is asked for (gather.lua), so that no front has a request on its
-- way by a list and is not known: what is proven without it would not be proven.

local complaint = require 'autodock.complaint'
local redis = require 'autodock.redis'
local resp = require 'autodock.resp'
local settings = require 'autodock.settings'

local sub = string.sub
local shared = ngx.shared.presence

local _M = {}

local FRONTS = settings.prefix .. 'autodock:fronts'
local EACH_SECONDS, GONE_MS = 5, '30000'
-- After so long without one it may be taken for gone soon.
local OLD_SECONDS = 15
local PAUSE_SECONDS = 1 -- after one that Redis did not take
local ID = 'id'

-- By Redis' clock, as fronts on many machines compare their times.
local SIGN = [[
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], string.format('%.0f', now), ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('(%.0f', now - ARGV[2]))
return 1]]

local given = -OLD_SECONDS -- when this worker gave the last one that Redis took
local refused = -PAUSE_SECONDS -- when Redis last took none

--- Who this front is: kept over a reload, and another one after a restart.
function _M.id()
  local id = shared:get(ID)
  if not id then
    local file = assert(io.open('/proc/sys/kernel/random/uuid'))
    shared:safe_add(ID, sub(file:read '*l', 25))
    file:close()
    id = shared:get(ID)
  end
  return id
end

local is_well
--- Says that this front is not known to those who drain, and why; once until it is.
_M.complain, is_well = complaint.about(ngx.NOTICE, 'autodock drain --wait does not know this front: ')

--- Writes to Redis what those who drain read; whether it took that.
function _M.write(commands, count)
  local replies, err = redis.pipeline(commands, count)
  for _, reply in ipairs(replies or {}) do
    err = err or type(reply) == 'table' and reply.error or nil
  end
  if err then
    _M.complain(err)
    return false
  end
  is_well()
  return true
end

local function give_if_older_than(seconds)
  local now = ngx.now()
  if now - given < seconds or now - refused < PAUSE_SECONDS then
    return
  elseif _M.write(resp.encode { 'EVAL', SIGN, '1', FRONTS, _M.id(), GONE_MS }, 1) then
    given = now
  else
    refused = now
  end
end

--- Gives a sign if it is time: called at least every second while this worker hears.
function _M.now_and_then()
  give_if_older_than(EACH_SECONDS)
end

--- Gives one if this front may not be known: called before a list is asked for.
function _M.before_lists()
  give_if_older_than(OLD_SECONDS)
end

return _M
