-- Whether a Redis that is a replica still follows its master. If not, it answers as ever,
-- with routes that get older. One worker asks for all.

local redis = require 'autodock.redis'
local resp = require 'autodock.resp'

local match = string.match
local log, NOTICE, ERR = ngx.log, ngx.NOTICE, ngx.ERR
local shared = ngx.shared.counters

local _M = {}

local LOOK_SECONDS = 1
local ASKER = 0
local ROLE, DOWN_SINCE = 'redis role', 'redis link down since'
local INFO = resp.encode { 'INFO', 'replication' }

local function lost(text)
  local seconds = tonumber(match(text, 'master_link_down_since_seconds:(%d+)')) or 0
  if shared:add(DOWN_SINCE, ngx.now() - seconds) then
    log(ERR, 'Redis is a replica whose link to its master is down: routes are as old as that')
  end
end

local function found()
  if shared:get(DOWN_SINCE) then
    shared:delete(DOWN_SINCE)
    log(NOTICE, 'Redis is a replica that follows its master again, or a master')
  end
end

local function look(premature)
  local replies = not premature and not redis.away() and redis.pipeline(INFO, 1)
  local text = replies and replies[1]
  if type(text) ~= 'string' then
    return -- away, or a user without the right to ask
  end
  shared:set(ROLE, match(text, 'role:(%w+)') or 'unknown')
  if match(text, 'master_link_status:(%w+)') == 'down' then
    lost(text)
  else
    found()
  end
end

--- Begins to ask, and goes on as long as this worker lives.
function _M.start()
  if ngx.worker.id() == ASKER then
    ngx.timer.at(0, look)
    ngx.timer.every(LOOK_SECONDS, look)
  end
end

--- `master`, `slave`, or nil if Redis did not tell.
function _M.role()
  return shared:get(ROLE)
end

--- For how many seconds Redis has been without its master; 0 if it is not.
function _M.down_seconds()
  local since = shared:get(DOWN_SINCE)
  return since and ngx.now() - since or 0
end

--- Whether it is a master, or follows one.
function _M.is_up()
  return not shared:get(DOWN_SINCE)
end

return _M
