-- Where requests wait for a backend: a room for each requested host, in each worker.
--
-- A request that waits costs no backend and no part of its body, only its place here. The
-- places are bounded; no vhost gets more than three quarters of them, so that there are
-- some for others.
--
-- Those that wait are woken when what is known of their host changes (cache.lua), first
-- those that came first, and only as many as the backend answers: one that has just begun
-- to listen would not take all of their connections at once, and the system would drop what
-- its queue does not hold.

local cache = require 'autodock.cache'
local counters = require 'autodock.counters'
local semaphore = require 'ngx.semaphore'
local settings = require 'autodock.settings'

local log, ERR = ngx.log, ngx.ERR
local max, min = math.max, math.min

local _M = {}

local MOST = settings.hold_requests
local MOST_OF_VHOST = max(1, math.floor(MOST * 3 / 4))
local FIRST_AT_ONCE, PAUSE_SECONDS = 4, 0.05 -- the shortest queues of servers hold five

local rooms, by_vhost, total = {}, {}, 0

local function add(by)
  total = total + by
  counters.tell_waiting(total)
end

--- Takes a place: the room, where `changes` counts what was told of the host; nil if
-- there is none left.
function _M.enter(host, vhost)
  if total >= MOST or (by_vhost[vhost] or 0) >= MOST_OF_VHOST then
    return nil
  end
  local room = rooms[host]
  if not room then
    room = { host = host, vhost = vhost, gate = semaphore.new(), count = 0, changes = 0,
      due = 0, out = 0, at_once = FIRST_AT_ONCE }
    rooms[host] = room
  end
  room.count = room.count + 1
  add(1)
  by_vhost[room.vhost] = (by_vhost[room.vhost] or 0) + 1
  return room
end

--- Gives a place back.
function _M.leave(room)
  room.count = room.count - 1
  add(-1)
  local left = by_vhost[room.vhost] - 1
  by_vhost[room.vhost] = left > 0 and left or nil
  if room.count == 0 then
    rooms[room.host] = nil
  end
end

--- Waits until the host's route may have changed, for so many seconds at most; whether it
-- has. Who is woken says afterwards whether it goes (`answered`) or waits again (`stay`).
function _M.wait(room, seconds)
  return room.gate:wait(max(seconds, 0.001)) == true
end

local function wake_some(room, count)
  count = min(count, room.due)
  if count > 0 then
    room.due, room.out = room.due - count, room.out + count
    room.gate:post(count)
  end
end

-- So that those that are never answered (WebSockets) hold nobody up.
local function wake_in_time(_, room)
  repeat
    wake_some(room, FIRST_AT_ONCE)
    ngx.sleep(PAUSE_SECONDS)
  until room.due <= 0
  room.leaving = false
end

local function wake(room)
  room.changes, room.due = room.changes + 1, room.count
  wake_some(room, room.at_once - room.out)
  if room.due > 0 and not room.leaving then
    local ok, err = ngx.timer.at(PAUSE_SECONDS, wake_in_time, room)
    room.leaving = ok
    if not ok then
      log(ERR, 'all who wait for ', room.host, ' are let go at once: ', err)
      wake_some(room, room.due)
    end
  end
end

--- One that was woken found nothing, and waits again.
function _M.stay(room)
  room.out = max(0, room.out - 1)
  wake_some(room, room.at_once - room.out)
end

--- One that was woken and went has been answered: the backend takes more.
function _M.answered(room)
  room.at_once = room.at_once + 1
  _M.stay(room)
end

--- How many wait in this worker.
function _M.total()
  return total
end

--- Begins to wake those whose routes change.
function _M.start()
  cache.on_change(function(host)
    if total == 0 then
      return
    elseif host then
      return rooms[host] and wake(rooms[host])
    end
    for _, room in pairs(rooms) do
      wake(room)
    end
  end)
end

return _M
