-- Which backends a request tries, in order.
--
-- A URL that stands in the list n times has n turns. Turns come from a Weyl
-- sequence (multiples of the golden ratio, modulo one): as even as round robin
-- for every list at once, with one number of state per worker.

local backend = require 'autodock.backend'
local settings = require 'autodock.settings'

local floor, min = math.floor, math.min

local _M = {}

local GOLDEN_RATIO = 0.61803398874989485

local turn = 0

--- Gives every worker a start of its own.
function _M.seed()
  math.randomseed(ngx.worker.pid() + ngx.now() * 1000)
  turn = math.random()
end

--- The live backends of a list (identifier first): { live, distinct, tries,
-- straight }. `tries`: how many a request may try. `straight`: there is one, and
-- none needs a name to be resolved or TLS to be spoken. Their `slots` are there
-- for debug.lua alone.
function _M.arrange(entries, dead)
  local live, seen, distinct, straight = {}, {}, 0, true
  local slots = settings.debug and {}
  for i = 2, #entries do
    local candidate = not dead[i - 2] and backend.parse(entries[i])
    if candidate then
      live[#live + 1] = candidate
      if slots then
        slots[#live] = i - 2
      end
      straight = straight and candidate.address ~= nil and not candidate.tls
      if not seen[candidate.url] then
        seen[candidate.url] = true
        distinct = distinct + 1
      end
    end
  end
  return {
    live = live, slots = slots, distinct = distinct, tries = min(distinct, settings.tries),
    straight = straight and distinct > 0,
  }
end

--- Whose turn it is: a position in the live backends, which are not empty.
function _M.turn(route)
  turn = (turn + GOLDEN_RATIO) % 1
  return floor(turn * #route.live) + 1
end

--- The different backends to try, from a position on.
function _M.order(route, start)
  local live, limit = route.live, route.tries
  local order, seen, count = {}, {}, 0
  for i = start, start + #live - 1 do
    local candidate = live[(i - 1) % #live + 1]
    if count < limit and not seen[candidate.url] then
      seen[candidate.url] = true
      count = count + 1
      order[count] = candidate
    end
  end
  return order
end

return _M
