-- Keeps the last known lists as they are in Redis, for the time that it is away.
--
-- A list is known once somebody asked for it. If it changed since, an outage
-- would be served from what it was: a backend that has gone, whose address may
-- be another container's by then. So what is known and changes is read again,
-- asked for or not; and all of it after a time without news (tracking.lua).
-- One worker does it for all, as all share what is known.

local lastknown = require 'autodock.lastknown'
local redis = require 'autodock.redis'
local resp = require 'autodock.resp'
local settings = require 'autodock.settings'

local log, ERR = ngx.log, ngx.ERR

local _M = {}

local BATCH = 100
local RETRY_SECONDS = 1
local READER = 0

local changed, running = {}, false

local function take()
  local vhosts = {}
  for vhost in pairs(changed) do
    vhosts[#vhosts + 1] = vhost
    if #vhosts == BATCH then
      break
    end
  end
  for _, vhost in ipairs(vhosts) do
    changed[vhost] = nil -- what changes from here on is read once more
  end
  return vhosts
end

-- Whether this list is known as it is now.
local function settle(vhost, entries)
  if not entries or (entries.error and entries.error:sub(1, 9) ~= 'WRONGTYPE') then
    return false
  elseif not entries.error and #entries > 0 then
    lastknown.keep(vhost, entries)
  else
    lastknown.forget(vhost)
  end
  return true
end

-- Whether Redis answered for all of them; those for which it did not are to be read again.
local function read(vhosts)
  local commands = {}
  for i, vhost in ipairs(vhosts) do
    commands[i] = resp.encode { 'LRANGE', settings.prefix .. 'frontend:' .. vhost, '0', '-1' }
  end
  local replies = redis.pipeline(commands, #commands)
  local all_settled = true
  for i, vhost in ipairs(vhosts) do
    if not settle(vhost, replies and replies[i]) then
      changed[vhost], all_settled = true, false
    end
  end
  return all_settled
end

local function run(premature)
  local answered = true
  while not premature and answered and next(changed) do
    answered = read(take())
  end
  running = not premature and not answered and ngx.timer.at(RETRY_SECONDS, run) or false
end

local function begin()
  if running or not next(changed) then
    return
  end
  local ok, err = ngx.timer.at(0, run)
  running = ok
  if not ok then
    log(ERR, 'what changed cannot be read: ', err)
  end
end

--- The list of a vhost has changed.
function _M.changed(vhost)
  if ngx.worker.id() == READER and lastknown.knows(vhost) then
    changed[vhost] = true
    begin()
  end
end

--- Any list may have changed.
function _M.all()
  if ngx.worker.id() == READER then
    for _, vhost in ipairs(lastknown.vhosts()) do
      changed[vhost] = true
    end
    begin()
  end
end

return _M
