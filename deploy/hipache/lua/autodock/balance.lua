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

local function is_straight(candidate)
  return candidate.address ~= nil and not candidate.tls
end

-- Marked backends, once each, of which no slot is without a mark.
local function marked_everywhere(entries, dead, seen, slots)
  local last = {}
  for i = 2, #entries do
    local candidate = dead[i - 2] and backend.parse(entries[i])
    if candidate and not seen[candidate.url] then
      seen[candidate.url] = true
      last[#last + 1] = candidate
      if slots then
        slots[candidate.url] = i - 2
      end
    end
  end
  return last
end

--- The backends of a list (identifier first): { live, distinct, last, tries, straight }.
-- `live`: in turn, as often as they stand there without a mark; `distinct` counts them
-- once. `last`: those with marks, for when all of these fail. `tries`: how many a request
-- may try. `straight`: none of them needs a name to be resolved or TLS to be spoken. Their
-- `slots`, by URL, are there for debug.lua alone.
function _M.arrange(entries, dead)
  local live, seen, distinct, straight = {}, {}, 0, true
  local slots = settings.debug and {}
  for i = 2, #entries do
    local candidate = not dead[i - 2] and backend.parse(entries[i])
    if candidate then
      live[#live + 1] = candidate
      straight = straight and is_straight(candidate)
      if not seen[candidate.url] then
        seen[candidate.url] = true
        distinct = distinct + 1
        if slots then
          slots[candidate.url] = i - 2
        end
      end
    end
  end
  local last = marked_everywhere(entries, dead, seen, slots)
  for _, candidate in ipairs(last) do
    straight = straight and is_straight(candidate)
  end
  return {
    live = live, slots = slots, distinct = distinct, last = last,
    tries = min(distinct + #last, settings.tries), straight = straight and distinct > 0,
  }
end

--- Whose turn it is: a position in the live backends, which are not empty.
function _M.turn(route)
  turn = (turn + GOLDEN_RATIO) % 1
  return floor(turn * #route.live) + 1
end

--- The different backends to try, from a position on; those with marks come last.
function _M.order(route, start)
  local live, last, limit = route.live, route.last, route.tries
  local order, seen, count = {}, {}, 0
  for i = start, start + #live - 1 do
    local candidate = live[(i - 1) % #live + 1]
    if count < limit and not seen[candidate.url] then
      seen[candidate.url] = true
      count = count + 1
      order[count] = candidate
    end
  end
  local from = floor(turn * #last)
  for i = from, from + min(#last, limit - count) - 1 do
    count = count + 1
    order[count] = last[i % #last + 1]
  end
  return order
end

return _M
