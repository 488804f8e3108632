-- Where requests wait for a backend: a room for each requested host, in each worker.
--
-- A request that waits costs no backend and no part of its body, only its place here. The
-- places are bounded; no vhost gets more than three quarters of them, so that there are
-- some for others.
--
-- Those that wait are woken when what is known of their host changes (cache.lua), first
-- those that came first, and in portions: a backend that has just begun to listen would
-- not take all of their connections at once.

local cache = require 'autodock.cache'
local counters = require 'autodock.counters'
local semaphore = require 'ngx.semaphore'
local settings = require 'autodock.settings'

local log, ERR = ngx.log, ngx.ERR
local max, min = math.max, math.min

local _M = {}

local MOST = settings.hold_requests
local MOST_OF_VHOST = max(1, math.floor(MOST * 3 / 4))
local PORTION, PAUSE_SECONDS = 32, 0.01

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
    room = { host = host, vhost = vhost, gate = semaphore.new(), count = 0, due = 0, changes = 0 }
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

--- Waits until the host's route may have changed, for so many seconds at most.
function _M.wait(room, seconds)
  room.gate:wait(max(seconds, 0.001))
end

local function let_some_go(room)
  local some = min(PORTION, room.due)
  room.due = room.due - some
  if some > 0 then
    room.gate:post(some)
  end
end

local function let_go(_, room)
  repeat
    let_some_go(room)
    ngx.sleep(PAUSE_SECONDS)
  until room.due <= 0
  room.leaving = false
end

local function wake(room)
  room.changes, room.due = room.changes + 1, room.count
  if room.leaving then
    return
  end
  let_some_go(room)
  if room.due > 0 then
    local ok, err = ngx.timer.at(PAUSE_SECONDS, let_go, room)
    room.leaving = ok
    if not ok then
      log(ERR, 'all who wait for ', room.host, ' are let go at once: ', err)
      room.gate:post(room.due)
    end
  end
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
