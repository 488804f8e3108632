-- Where Redis is: a socket, an address, or a name.
--
-- A name is looked up again and again, so that Redis may move, and each of its addresses
-- is tried. All connections of a worker go to the one that answered last: several may be
-- several servers, and what one of them tells of changes (tracking.lua) says nothing
-- about the lists of another.

local names = require 'autodock.names'
local recur = require 'autodock.recur'
local settings = require 'autodock.settings'

local find = string.find

local _M = {}

local LOOK_SECONDS = 1
local host = settings.redis_host

--- Whether it may move.
_M.is_name = settings.redis_port ~= nil and not find(host, '^%[') and not find(host, '^[%d.]+$')

local known = not _M.is_name and { host } or nil
local current -- what answered last
local moved = function() end

local function position(address)
  for i, other in ipairs(known) do
    if other == address then
      return i
    end
  end
end

local function take(addresses, err)
  if not addresses then
    return nil, err
  end
  known = addresses
  if current and not position(current) then
    current = nil
    moved()
  end
  return known
end

--- The addresses to try, in this order; nil and why if there is none. The best one is
-- the one that answered last. Does not wait, once anything is known.
function _M.all()
  if not known then
    local ok, err = take(names.all(host))
    if not ok then
      return nil, 'no address of ' .. host .. ': ' .. err
    end
  end
  local at = position(current) or 1
  local order = {}
  for i = 0, #known - 1 do
    order[i + 1] = known[(at + i - 1) % #known + 1]
  end
  return order
end

--- None of these could be reached: looks the name up now, at most once a second.
-- Returns whether others have come.
function _M.look_again()
  if not _M.is_name or not known then
    return false
  end
  local before = table.concat(known, ' ')
  take(names.all(host, LOOK_SECONDS))
  return table.concat(known, ' ') ~= before
end

--- This one answers. Not taken for Redis' if the name has got others while it was reached.
function _M.use(address)
  if current ~= address and position(address) then
    local is_first = current == nil
    current = address
    if not is_first then
      moved()
    end
  end
end

--- This one was reached, but does not answer as it should: the next one is tried first.
function _M.avoid(address)
  if address and address == current and #known > 1 then
    _M.use(known[(position(address) or 0) % #known + 1])
  end
end

--- Whether this is where Redis is now.
function _M.is_current(address)
  return current == address
end

--- Begins to look whether it moves.
-- @param on_move called when connections go elsewhere from now on
function _M.watch(on_move)
  moved = on_move
  if _M.is_name then
    recur.every(LOOK_SECONDS, 'looking up ' .. host, function()
      take(names.all(host))
    end)
  end
end

return _M
