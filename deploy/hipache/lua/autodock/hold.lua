-- A request waits for a backend that is not there yet: its host is held, or none of its
-- backends accepts connections. Beyond the time or the places (rooms.lua) it is answered
-- as it would have been at once.

local body = require 'autodock.body'
local cache = require 'autodock.cache'
local counters = require 'autodock.counters'
local lookup = require 'autodock.lookup'
local rooms = require 'autodock.rooms'
local settings = require 'autodock.settings'
local states = require 'autodock.state'

local gmatch = string.gmatch
local min, now, start_time = math.min, ngx.now, ngx.req.start_time

local _M = {}

-- While changes are not heard, Redis is asked.
local ASK_SECONDS = 0.25
-- nginx redirects a request ten times at most; one that fails again and again takes two each time, and three
-- where it goes on to another location.
local MOST_ROUNDS, MOST_LONG_ROUNDS = 3, 2
-- A backend that is killed breaks off what it has begun, and a moment later what its queue holds: a request may go
-- from the one to the other, and is answered by whoever comes next all the same.
local MOST_REPEATS = 2
local NEVER = { rounds = 0, repeats = 0 }

--- Why a request that gets this route waits, and is refused in the end: `held`, `unproven`
-- or `dead`; nil if it does not wait.
function _M.reason(route)
  if route.kind == 'held' then
    return 'held'
  elseif route.kind == 'routed' and route.distinct == 0 then
    return route.unproven and 'unproven' or 'dead'
  end
end

local function time_left()
  return start_time() + settings.hold - now()
end

--- Whether a request may wait at all.
function _M.is_on()
  return settings.hold > 0 and time_left() > 0
end

--- Whether a request that no backend accepted may wait and be sent once more.
function _M.may_repeat(state)
  local rounds = state.held and state.held.rounds or 0
  local most = (state.route.place or state.told) and MOST_LONG_ROUNDS or MOST_ROUNDS
  return _M.is_on() and rounds < most and body.is_whole(ngx.var)
end

local function tries_so_far()
  local count = 0
  for _ in gmatch(ngx.var.upstream_connect_time or '', '[^%s,:]+') do
    count = count + 1
  end
  return count
end

local function send_again(state, repeats)
  state.held = state.held or { rounds = 0 }
  state.held.repeats, state.held.tries = repeats, tries_so_far()
end

--- A request that a backend had already is sent once more, for the last time.
function _M.send_last(state)
  send_again(state, MOST_REPEATS)
end

--- Whether one that a backend had already is sent once more.
function _M.may_send_again(state)
  local repeats = state.held and state.held.repeats or 0
  if repeats == MOST_REPEATS or not _M.may_repeat(state) then
    return false
  end
  send_again(state, repeats + 1)
  return true
end

-- The second value says whether it was woken for it.
local function wait_in(room, name)
  local woken = false
  repeat
    local changes = room.changes
    local route = lookup.find(name)
    if route.kind ~= 'away' and not _M.reason(route) then
      return route, woken
    elseif woken then
      rooms.stay(room)
    end
    local left = time_left()
    if left <= 0 then
      return route, false
    end
    woken = room.changes == changes
      and rooms.wait(room, cache.listens() and left or min(left, ASK_SECONDS))
  until false
end

local function give_up(route)
  counters.count('waits given up')
  return route
end

--- The route of a host, as soon as it has a backend; else as it is when the time is over
-- or there is no place. The second value is what the state of the request needs to know.
function _M.wait(name)
  local state = states.get()
  local before = state and state.held or NEVER
  _M.leave(before)
  local held = { rounds = before.rounds + 1, tries = tries_so_far(), repeats = before.repeats }
  local route = lookup.find(name)
  if not _M.reason(route) then
    return route, held
  end
  held.room, held.since = rooms.enter(name, route.vhost), now()
  if not held.room then
    return give_up(route), held
  end
  states.begin(name, route, 0).held = held
  local room, woken = held.room, nil
  route, woken = wait_in(room, name)
  _M.leave(held)
  held.woken_in = woken and room or nil
  return route.kind == 'routed' and route.distinct > 0 and route or give_up(route), held
end

--- A request waits no longer, was answered, or its client has gone.
function _M.leave(held)
  if held.woken_in then
    rooms.answered(held.woken_in)
    held.woken_in = nil
  end
  if held.room then
    rooms.leave(held.room)
    held.room = nil
    counters.waited(now() - held.since)
  end
end

return _M
