-- Dead marks: what failed to connect is left alone for a while.
--
-- As hipache does: the slot goes into `dead:<requested host>`, the set lives
-- `ttl` seconds from the last mark on, and `host;url;slot;count` is published
-- on `dead`. While hipache-hchecker runs (its heartbeat is younger than 30 s),
-- the marks are its business and the message is all; a 500 is told to nobody
-- else. Unlike hipache, the list is looked at again in the same step, so that
-- a list that changed meanwhile is not hurt, and the last live backend is never
-- marked. While Redis is away, or takes no marks, this front remembers failures by
-- itself.
--
-- Marked backends are tried last (balance.lua), and the mark of one that answers
-- goes, unless a checker runs.
--
-- A list can change so that only marked backends are left in it: an application
-- is replaced, the new container is refused while it starts and so is marked,
-- and then the old one goes. What this front could not connect to is a suspect,
-- and tried where nothing else is left, instead of answering 502 until its mark
-- ends. It no longer is one once a checker runs or its own answer marks it.

local counters = require 'autodock.counters'
local own_marks = require 'autodock.own_marks'
local redis = require 'autodock.redis'
local resp = require 'autodock.resp'
local scripts = require 'autodock.mark_scripts'
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

local under_way, marking = {}, 0 -- per worker: a burst of failures is one mark

local function remember(url)
  failing:set(url, true, tonumber(settings.dead_ttl))
end

local function command_of(mark)
  local time = tostring(ngx.time())
  local list, dead = settings.prefix .. 'frontend:' .. mark.vhost, settings.prefix .. 'dead:' .. mark.host
  if mark.kind == 'unmark' then
    return resp.encode { 'EVAL', scripts.UNMARK, '2', list, dead, mark.url, time }
  end
  return resp.encode {
    'EVAL', scripts.MARK, '2', list, dead, mark.url, settings.dead_ttl, mark.host, time, mark.kind,
  }
end

local complained -- what it was about; said once until a mark is written

local function failed(mark, err)
  if mark.kind == 'mark' then
    remember(mark.url)
    if not redis.away() then
      own_marks.add(mark.host, mark.url)
    end
  end
  if err ~= complained then
    complained = err
    log(WARN, 'the ', mark.kind, ' of ', mark.url, ' for ', mark.host, ' could not be written: ', err)
  end
end

local function done(mark, slots)
  complained = nil
  if mark.kind == 'unmark' then
    counters.count('marks lifted')
    return
  elseif slots < 0 then
    suspects:delete(mark.host .. ' ' .. mark.url)
  end
  counters.count('marks')
end

local function write(premature, mark)
  if premature then
    return
  end
  local replies, err = redis.pipeline(command_of(mark), 1)
  under_way[mark.id], marking = nil, marking - 1
  local slots = replies and replies[1]
  if type(slots) == 'table' then
    err = slots.error
  end
  if err then
    failed(mark, err)
  elseif slots ~= 0 then
    done(mark, slots)
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
    failed(mark, err)
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

--- Of the dead slots of a host's list those that are not suspects of this front,
-- as { [slot] = true }.
function _M.without_suspects(host, entries, dead)
  local certain = {}
  for slot in pairs(dead) do
    certain[slot] = not suspects:get(host .. ' ' .. (entries[slot + 2] or '')) or nil
  end
  return certain
end

-- As hipache documents it: 501 and above, but for a 503 that says when to come
-- back, which is maintenance.
local function is_death(status, retry_after)
  return settings.dead_on_5xx and status > 500 and not (status == 503 and retry_after)
end

--- A backend answered: with an error that marks it where another one lives, or so
-- that its mark goes. A 500 is reported to a checker that runs.
-- @param state of the request (state.lua)
function _M.answered(state, status, retry_after)
  local host, route, url = state.host, state.route, state.backend.url
  local has_others, away = route.distinct > 1, redis.away()
  if is_death(status, retry_after) then
    if has_others and not away then
      suspects:delete(host .. ' ' .. url)
      begin('mark', host, route.vhost, url)
    end
    return
  elseif route.marked and route.marked[url] then
    failing:delete(url)
    own_marks.remove(host, url)
    if not away then
      begin('unmark', host, route.vhost, url)
    end
  end
  if status == 500 and settings.dead_on_500 and has_others and not away then
    begin('report', host, route.vhost, url)
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
