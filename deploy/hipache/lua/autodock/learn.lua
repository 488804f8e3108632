-- Learns which vhosts have a list, and reads all of these lists, for the time that Redis
-- is away: now and again, and after every time in which changes could go unheard
-- (tracking.lua). One worker does it for all.
--
-- Redis is asked for names in bounded steps, and for settings.known_hosts at most.

local complaint = require 'autodock.complaint'
local emptied = require 'autodock.emptied'
local lastknown = require 'autodock.lastknown'
local recur = require 'autodock.recur'
local redis = require 'autodock.redis'
local refresh = require 'autodock.refresh'
local resp = require 'autodock.resp'
local rewritten = require 'autodock.rewritten'
local settings = require 'autodock.settings'

local find, gsub, sub = string.find, string.gsub, string.sub

local _M = {}

local STEP, BATCH = '500', 100
local RETRY_SECONDS = 1
local OWNERS_SECONDS = 5
local PAUSE_FACTOR = 10 -- at most a tenth of the time is spent on it
local LISTS = settings.prefix .. 'frontend:'
local PATTERN = gsub(LISTS, '[][*?\\]', '\\%0') .. '*'

local learn_now
local wanted = true -- since the last one began, changes may have gone unheard

local complain, is_well = complaint.about(ngx.WARN, 'not every host is known for a time without Redis: ')

-- Takes the vhosts out of one reply to SCAN, which may name one twice; whether there
-- was room.
local function take(keys, vhosts)
  for _, key in ipairs(keys) do
    local vhost = sub(key, #LISTS + 1)
    if not vhosts.seen[vhost] then
      if #vhosts == settings.known_hosts then
        return false
      end
      vhosts.seen[vhost] = true
      vhosts[#vhosts + 1] = vhost
    end
  end
  return true
end

-- A user without the right is told so in other words.
local function refused(err)
  return find(err, 'unknown command', 1, true)
    and err .. ' (a Redis without it, or a Sentinel: FRONT_REDIS=redis+sentinel://HOST:PORT/NAME follows its master)'
    or err
end

-- The vhosts that have a list, and why these are not all; nil and why if Redis does
-- not tell.
local function scan()
  local vhosts, cursor = { seen = {} }, '0'
  repeat
    local command = resp.encode { 'SCAN', cursor, 'MATCH', PATTERN, 'COUNT', STEP }
    local replies, err = redis.pipeline(command, 1)
    local reply = replies and replies[1]
    if not reply then
      return nil, err
    elseif reply.error then
      return nil, refused(reply.error)
    elseif not take(reply[2], vhosts) then
      return vhosts, 'there are more than ' .. settings.known_hosts .. ' (FRONT_KNOWN_HOSTS)'
    end
    cursor = reply[1]
  until cursor == '0'
  return vhosts
end

-- Lists that have gone are known as well until they are read again.
local function with_known(vhosts)
  for _, vhost in ipairs(lastknown.vhosts()) do
    if not vhosts.seen[vhost] then
      vhosts[#vhosts + 1] = vhost
    end
  end
  return vhosts
end

local function read(vhosts)
  for first = 1, #vhosts, BATCH do
    local batch = { unpack(vhosts, first, math.min(first + BATCH - 1, #vhosts)) }
    local unread = refresh.read(batch)
    for _, vhost in ipairs(unread) do
      if vhosts.seen[vhost] then -- one that has gone is known to have gone
        lastknown.doubt(vhost)
      end
    end
    if #unread > 0 then
      return false
    end
  end
  return true
end

-- Whether Redis told everything, and why that is not all.
local function learn()
  local vhosts, missing = scan()
  if not vhosts then
    return false, missing
  end
  lastknown.begin_all()
  if not read(with_known(vhosts)) then
    return false
  elseif wanted then
    return true
  end
  if missing then
    lastknown.incomplete()
    return true, missing
  end
  return true, select(2, lastknown.complete())
end

-- Returns for how many seconds that is enough.
local function learn_once()
  wanted = false
  local started = ngx.now()
  local told, missing = learn()
  if missing and not redis.away() then
    complain(missing)
  elseif told then
    is_well()
  end
  ngx.update_time()
  return math.max(told and settings.cache_ttl or 0, PAUSE_FACTOR * (ngx.now() - started))
end

local function run()
  local pause -- none if Redis did not tell: the next turn tries again
  repeat
    pause = learn_once()
  until not wanted or ngx.worker.exiting()
  return pause
end

--- Changes may have gone unheard: learns again at once.
function _M.anew()
  if refresh.is_reader() then
    lastknown.incomplete()
    wanted = true
    recur.soon(learn_now)
  end
end

--- Begins to learn, and goes on as long as this worker lives.
function _M.start()
  if refresh.is_reader() then
    learn_now = recur.every(RETRY_SECONDS, 'learning the hosts', run)
    recur.soon(learn_now)
    recur.soon(recur.every(OWNERS_SECONDS, 'asking who the owners are', emptied.note))
    rewritten.watch(_M.anew)
  end
end

return _M
