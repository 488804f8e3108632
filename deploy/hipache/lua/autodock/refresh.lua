-- Keeps the last known lists as they are in Redis, for the time that it is away.
--
-- A list is known once somebody asked for it. If it changed since, an outage
-- would be served from what it was: a backend that has gone, whose address may
-- be another container's by then. So every list that changes is read again,
-- asked for or not; and all that is known after a time without news
-- (tracking.lua). One worker does it for all, as all share what is known.

local lastknown = require 'autodock.lastknown'
local redis = require 'autodock.redis'
local resp = require 'autodock.resp'
local settings = require 'autodock.settings'

local log, ERR = ngx.log, ngx.ERR

local _M = {}

local BATCH = 100
local RETRY_SECONDS = 1
local READER = 0

-- What Redis refuses to tell (it loads its data) is asked for in the next round.
local changed, refused, running = {}, {}, false

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

-- A key that holds no list leaves what was known: for an outage the old list is
-- nearer to the truth than a wildcard's.
local function settle(vhost, entries, number)
  if not entries.error then
    lastknown.settle(vhost, entries, number)
  elseif entries.error:sub(1, 9) ~= 'WRONGTYPE' then
    refused[vhost] = true
  end
end

-- Whether Redis answered.
local function read(vhosts)
  local commands = {}
  for i, vhost in ipairs(vhosts) do
    commands[i] = resp.encode { 'LRANGE', settings.prefix .. 'frontend:' .. vhost, '0', '-1' }
  end
  local number = lastknown.begin_read()
  local replies = redis.pipeline(commands, #commands)
  for i, vhost in ipairs(vhosts) do
    if replies then
      settle(vhost, replies[i], number)
    else
      refused[vhost] = true
    end
  end
  return replies ~= nil
end

local function read_all()
  while next(changed) and read(take()) do
    -- until nothing changed meanwhile
  end
  for vhost in pairs(refused) do
    changed[vhost], refused[vhost] = true, nil
  end
end

local function run(premature)
  if premature then
    running = false
    return
  end
  local ok, err = pcall(read_all)
  if not ok then
    log(ERR, 'what changed could not be read: ', err)
  end
  running = next(changed) and ngx.timer.at(RETRY_SECONDS, run) or false
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
  if ngx.worker.id() == READER then
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
