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

--- The live backends of a list (identifier first): { live, distinct, plain }.
-- `plain`: none needs a name to be resolved or TLS to be spoken. Their `slots`
-- are there for debug.lua alone.
function _M.arrange(entries, dead)
  local live, seen, distinct, plain = {}, {}, 0, true
  local slots = settings.debug and {}
  for i = 2, #entries do
    local candidate = not dead[i - 2] and backend.parse(entries[i])
    if candidate then
      live[#live + 1] = candidate
      if slots then
        slots[#live] = i - 2
      end
      plain = plain and candidate.address ~= nil and not candidate.tls
      if not seen[candidate.url] then
        seen[candidate.url] = true
        distinct = distinct + 1
      end
    end
  end
  return { live = live, distinct = distinct, plain = plain, slots = slots }
end

--- Whose turn it is: a position in the live backends, which are not empty.
function _M.turn(route)
  turn = (turn + GOLDEN_RATIO) % 1
  return floor(turn * #route.live) + 1
end

--- How many backends a request may try.
function _M.tries(route)
  return min(route.distinct, settings.tries)
end

--- The different backends to try, from a position on.
function _M.order(route, start)
  local live, limit = route.live, _M.tries(route)
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
