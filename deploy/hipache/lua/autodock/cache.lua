-- Routes that were read from Redis, for as long as nothing can have changed.
--
-- Redis tells every change of a list or of dead marks (tracking.lua). A route
-- is kept only if this worker heard all changes since before it was asked for:
--
--   * while nobody listens, nothing is kept and nothing is given;
--   * `watch` is called before the question is sent. What changes from then on
--     is not kept when its answer comes. One question is under way at a time
--     (gather.lua), so there is one such watch;
--   * a change of a wildcard or of everything makes all routes void, by a
--     number that rises;
--   * where keys expire, Redis may tell late: a route ends with them;
--   * what Redis does not tell (SWAPDB) is found by reading all lists again
--     (unheard.lua). Marks, and lists beyond what is read, end after
--     settings.cache_ttl.
--
-- Hosts that have a key of their own do not share their room with those that
-- a wildcard answers for, whose names clients invent.

local counters = require 'autodock.counters'
local generations = require 'autodock.generations'
local off = require 'autodock.off'
local lastknown = require 'autodock.lastknown'
local settings = require 'autodock.settings'

local byte, huge, min, now = string.byte, math.huge, math.min, ngx.now

local _M = {}

local STAR = byte('*')
local INVENTED_SHARE = 4
-- Of a worker that has nothing to ask, marks of hosts that clients of other fronts invent would fill the memory.
local MOST_CHANGES = 10000

local exact = generations.new(settings.cache_size)
local invented = generations.new(settings.cache_size / INVENTED_SHARE)

local listening = false
local generation = 0
local changed, changes, void = {}, 0, true -- since `watch`
local tell = function() end

--- The route kept for a host, or nil.
function _M.get(host)
  if not listening then
    return nil
  end
  local route = exact:get(host) or invented:get(host)
  if not route or route.generation ~= generation then
    return nil
  elseif route.ends <= now() then
    return nil
  end
  return route
end

--- Has a function called with each host whose route may have changed; without one if all
-- may have.
function _M.on_change(listener)
  tell = listener
end

--- A question is about to be sent: changes from now on count.
function _M.watch()
  void = not listening
  if changes > 0 then
    changed, changes = {}, 0
  end
end

--- Keeps the route of a host, read since `watch`, unless it has changed.
-- @param ttl_ms how long it may be kept at most; nil: until it changes
function _M.keep(host, route, ttl_ms)
  if void or changed[host] then
    return
  end
  route.generation = generation
  route.straight = route.straight and not off.text(host, route.vhost)
  local is_read_again = lastknown.is_complete() and not route.marked
  local most = is_read_again and huge or settings.cache_ttl
  route.ends = now() + min(most, route.seconds or huge, ttl_ms and ttl_ms / 1000 or huge)
  local routes, others = exact, invented
  if route.vhost ~= host then
    routes, others = invented, exact
  end
  routes:set(host, route)
  others:delete(host) -- else it would be found in place of this one
end

--- Everything may have changed.
function _M.forget_all()
  void = true
  generation = generation + 1
  tell()
end

local function note(host)
  if changes == MOST_CHANGES then
    changed, changes, void = {}, 0, true
  elseif not void then
    changed[host], changes = true, changes + 1
  end
end

--- Drops the route of a host.
function _M.drop(host)
  note(host)
  exact:delete(host)
  invented:delete(host)
  tell(host)
end

--- The list of a vhost or the marks of a host have changed, as Redis says.
function _M.forget(vhost)
  counters.count('invalidations')
  return _M.void(vhost)
end

--- The list of a vhost or the marks of a host are others.
function _M.void(vhost)
  if byte(vhost) == STAR then
    return _M.forget_all()
  end
  _M.drop(vhost)
end

--- Whether changes are heard from now on.
function _M.listen(on)
  listening = on
  _M.forget_all()
  if on or not ngx.worker.exiting() then -- after a reload it is the next worker's to tell
    counters.tell('tracking up', on and 1 or 0)
  end
end

--- Whether changes are heard.
function _M.listens()
  return listening
end

return _M
