-- Which backends a request tries, in order.
--
-- A URL that stands in the list n times has n turns. Turns come from a Weyl
-- sequence (multiples of the golden ratio, modulo one): as even as round robin
-- for every list at once, with one number of state per worker.

local backend = require 'autodock.backend'

local floor = math.floor

local _M = {}

local GOLDEN_RATIO = 0.61803398874989485
local MAX_TRIES = 4 -- the first and three more

local turn = 0

--- Gives every worker a start of its own.
function _M.seed()
  math.randomseed(ngx.worker.pid() + ngx.now() * 1000)
  turn = math.random()
end

local function live_urls(entries, dead)
  local urls = {}
  for i = 2, #entries do
    if not dead[i - 2] then
      urls[#urls + 1] = entries[i]
    end
  end
  return urls
end

--- Up to four different live backends of a list (identifier first), the one
-- whose turn it is at the head. The second value says that more are left.
function _M.order(entries, dead)
  local urls = live_urls(entries, dead)
  turn = (turn + GOLDEN_RATIO) % 1
  local start, tried, order = floor(turn * #urls), {}, {}
  for i = 0, #urls - 1 do
    local url = urls[(start + i) % #urls + 1]
    if not tried[url] then
      tried[url] = true
      local candidate = backend.parse(url)
      if candidate and #order == MAX_TRIES then
        return order, true
      elseif candidate then
        order[#order + 1] = candidate
      end
    end
  end
  return order, false
end

return _M
