-- Dead marks: what failed to connect is left alone for a while.
--
-- As hipache does: the slot goes into `dead:<requested host>`, the set lives
-- `ttl` seconds from the last mark on, and `host;url;slot;count` is published
-- on `dead`. While hipache-hchecker runs (its heartbeat is younger than 30 s),
-- the marks are its business and the message is all; a 500 is told to nobody
-- else. Unlike hipache, the list is looked at again in the same step, so that
-- a list that changed meanwhile is not hurt, and the last live backend is never
-- marked. While Redis is away, this front remembers failures by itself.
--
-- A list can change so that only marked backends are left in it: an application
-- is replaced, the new container is refused while it starts and so is marked,
-- and then the old one goes. What this front could not connect to is a suspect,
-- and tried where nothing else is left, instead of answering 502 until its mark
-- ends. It is none any more once a checker runs or its own answer marks it.

local counters = require 'autodock.counters'
local redis = require 'autodock.redis'
local resp = require 'autodock.resp'
local settings = require 'autodock.settings'

local log, WARN = ngx.log, ngx.WARN
local failing, suspects = ngx.shared.failing, ngx.shared.suspects

local _M = {}

-- The end of a mark moves with each further mark in its list.
local SUSPECTED_SECONDS = 2 * tonumber(settings.dead_ttl)
-- Each waits for Redis in a timer of its own. Of these nginx runs so many at once,
-- and beyond that drops even those that all routes depend on. What is not marked
-- for that reason is at its next failure.
local MOST_UNDER_WAY = 100

-- KEYS: the frontend's list, the dead set.
-- ARGV: the backend's URL, the mark's seconds, the requested host, the time,
-- and whether this is for a checker alone. Returns how many slots are marked;
-- -1 if that is left to a checker.
local MARK = [[
local heartbeat = redis.pcall('GET', 'hchecker_ping')
heartbeat = type(heartbeat) == 'string' and tonumber(heartbeat) or 0
local checked = tonumber(ARGV[4]) - heartbeat < 30
if ARGV[5] == 'report' and not checked then
  return 0
end
local dead = {}
for _, slot in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  dead[slot] = true
end
local urls = redis.call('LRANGE', KEYS[1], 1, -1)
local slots, another_lives = {}, false
for i, url in ipairs(urls) do
  local slot = string.format('%d', i - 1)
  if url == ARGV[1] then
    slots[#slots + 1] = slot
  elseif not dead[slot] then
    another_lives = true
  end
end
if not another_lives or #slots == 0 then
  return 0
end
for _, slot in ipairs(slots) do
  if not checked then
    redis.call('SADD', KEYS[2], slot)
  end
  redis.call('PUBLISH', 'dead', table.concat({ ARGV[3], ARGV[1], slot, #urls }, ';'))
end
if not checked then
  redis.call('EXPIRE', KEYS[2], ARGV[2])
end
return checked and -1 or #slots
]]

local under_way, marking = {}, 0 -- per worker: a burst of failures is one mark

local function remember(url)
  failing:set(url, true, tonumber(settings.dead_ttl))
end

local function write(premature, mark)
  if premature then
    return
  end
  local replies, err = redis.pipeline(resp.encode {
    'EVAL', MARK, '2',
    settings.prefix .. 'frontend:' .. mark.vhost, settings.prefix .. 'dead:' .. mark.host,
    mark.url, settings.dead_ttl, mark.host, tostring(ngx.time()), mark.kind,
  }, 1)
  under_way[mark.id], marking = nil, marking - 1
  if replies and type(replies[1]) == 'table' then
    err = replies[1].error
  end
  if err then
    remember(mark.url)
    log(WARN, mark.url, ' could not be marked dead for ', mark.host, ': ', err)
  elseif replies[1] ~= 0 then
    if replies[1] < 0 then
      suspects:delete(mark.host .. ' ' .. mark.url)
    end
    counters.count('marks')
  end
end

local function begin(kind, host, vhost, url)
  local id = kind .. ' ' .. host .. ' ' .. url
  if under_way[id] or marking >= MOST_UNDER_WAY then
    return
  end
  under_way[id], marking = true, marking + 1
  local mark = { id = id, kind = kind, host = host, vhost = vhost, url = url }
  local ok, err = ngx.timer.at(0, write, mark)
  if not ok then
    under_way[id], marking = nil, marking - 1
    log(WARN, url, ' could not be marked dead for ', host, ': ', err)
  end
end

--- A backend could not be connected to. Returns at once: the phases that see
-- it may not wait for Redis, so a timer writes.
function _M.add(host, vhost, url)
  if redis.away() then
    return remember(url)
  end
  suspects:set(host .. ' ' .. url, true, SUSPECTED_SECONDS)
  begin('mark', host, vhost, url)
end

--- Of the dead slots of a host's list those that are no suspects of this front,
-- as { [slot] = true }.
function _M.without_suspects(host, entries, dead)
  local certain = {}
  for slot in pairs(dead) do
    certain[slot] = not suspects:get(host .. ' ' .. (entries[slot + 2] or '')) or nil
  end
  return certain
end

--- A backend answered with an error, as hipache documents it: 501 and above
-- mark it, but for a 503 that says when to come back, which is maintenance. A
-- 500 is reported to a checker that runs.
function _M.answered(host, vhost, url, status, retry_after)
  if redis.away() then
    return
  elseif status == 500 then
    return settings.dead_on_500 and begin('report', host, vhost, url)
  elseif settings.dead_on_5xx and not (status == 503 and retry_after) then
    suspects:delete(host .. ' ' .. url)
    begin('mark', host, vhost, url)
  end
end

--- The slots of a list whose backends failed while Redis was away, as
-- { [slot] = true }; none if nothing would be left to try.
function _M.seen_failing(entries)
  local dead, live = {}, 0
  for i = 2, #entries do
    if failing:get(entries[i]) then
      dead[i - 2] = true
    else
      live = live + 1
    end
  end
  return live > 0 and dead or {}
end

return _M
