-- Which backends of a list (identifier first) get requests.

local balance = require 'autodock.balance'
local marks = require 'autodock.marks'

local _M = {}

local NONE_DEAD = {}

--- The list with nothing in the slots of these.
-- @param urls as { [url] = true }
function _M.without(entries, urls)
  local left = {}
  for i, entry in ipairs(entries) do
    left[i] = urls[entry] and '' or entry
  end
  return left
end

-- Whether one of these stands there without a mark.
local function has_unmarked(entries, urls, dead)
  for i = 2, #entries do
    if urls[entries[i]] and not dead[i - 2] then
      return true
    end
  end
  return false
end

--- A route by them (balance.lua). Those with marks are last, but not never: also where all others accept no
-- connection, and so are not tried at all.
-- @param unproven those that must not get requests yet, as { [url] = true }, or nil
-- @param dead the slots with marks
-- @param joined the same with the marks that this worker keeps for itself, if there are any
function _M.arrange(host, entries, unproven, dead, joined)
  local usable = unproven and _M.without(entries, unproven) or entries
  local route = balance.arrange(usable, joined or dead)
  if route.distinct == 0 then
    route = balance.arrange(usable, marks.without_suspects(host, entries, dead))
  end
  if route.distinct == 0 and unproven and has_unmarked(entries, unproven, joined or dead) then
    route = balance.arrange(usable, NONE_DEAD)
  end
  return route
end

return _M
