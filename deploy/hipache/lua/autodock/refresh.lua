-- Keeps the last known lists as they are in Redis, for the time that it is away.
--
-- A list is known once somebody asked for it. If it changed since, an outage
-- would be served from what it was: a backend that has gone, whose address may
-- be another container's by then. So every list that changes is read again,
-- asked for or not; and now and again every one (learn.lua). One worker does it for
-- all, as all share what is known.

local emptied = require 'autodock.emptied'
local lastknown = require 'autodock.lastknown'
local options = require 'autodock.options'
local redis = require 'autodock.redis'
local resp = require 'autodock.resp'
local settings = require 'autodock.settings'

local log, ERR = ngx.log, ngx.ERR

local _M = {}

local BATCH = 100 -- what is read at once
local RETRY_SECONDS = 1
local READER = 0

-- What Redis refuses to tell (it loads its data) is asked for in the next round.
local changed, running = {}, false
local NONE = {}

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
local function settle(vhost, replies, i, number, unread)
  local entries, asked = replies[i], replies[#replies / 2 + i]
  if entries and #entries == 0 and not entries.error and emptied.has_lost(vhost, replies) then
    return nil
  elseif entries and not entries.error then
    return lastknown.settle(vhost, entries, options.text(asked), number)
  elseif entries then
    lastknown.doubt(vhost)
  end
  if not entries or entries.error:sub(1, 9) ~= 'WRONGTYPE' then
    unread[#unread + 1] = vhost
  end
end

--- Reads the lists of up to a hundred vhosts and takes note of them. Returns those
-- that Redis did not tell (whoever knows that there is a list has to doubt what is known),
-- and whether it answered at all.
function _M.read(vhosts)
  local commands, unread, count = {}, {}, #vhosts
  for i, vhost in ipairs(vhosts) do
    commands[i] = resp.encode { 'LRANGE', settings.prefix .. 'frontend:' .. vhost, '0', '-1' }
    commands[count + i] = resp.encode { 'HGETALL', options.KEYS .. vhost }
  end
  local number = lastknown.begin_read()
  local replies = redis.pipeline(commands, #commands)
  for i, vhost in ipairs(vhosts) do
    settle(vhost, replies or NONE, i, number, unread)
  end
  return unread, replies ~= nil
end

local function read_all()
  local refused, answered = {}, true
  while next(changed) and answered do -- until nothing changed meanwhile
    local unread
    unread, answered = _M.read(take())
    for _, vhost in ipairs(unread) do
      lastknown.doubt(vhost)
      refused[vhost] = true
    end
  end
  for vhost in pairs(refused) do
    changed[vhost] = true
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

--- Whether this worker is the one that reads for all.
function _M.is_reader()
  return ngx.worker.id() == READER
end

--- The list of a vhost has changed.
function _M.changed(vhost)
  if _M.is_reader() then
    changed[vhost] = true
    begin()
  end
end

return _M
