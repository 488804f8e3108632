-- Where Redis is: a socket, an address, a name, or where Sentinels say.
--
-- A name is looked up again and again, so that Redis may move, and each of its addresses
-- is tried. All connections of a worker go to the one that answered last: several may be
-- several servers, and what one of them tells of changes (tracking.lua) says nothing
-- about the lists of another.

local names = require 'autodock.names'
local recur = require 'autodock.recur'
local sentinels = require 'autodock.sentinels'
local settings = require 'autodock.settings'

local find, match = string.find, string.match

local _M = {}

local LOOK_SECONDS = 1
local WATCH_SENTINELS_SECONDS = 0.1 -- in memory
local host = settings.redis_host

--- Whether it is a socket of this machine.
_M.is_socket = find(host, '^unix:') ~= nil

local is_fixed = not sentinels.enabled and (_M.is_socket or find(host, '^%[') or find(host, '^[%d.]+$'))
local known = is_fixed and { host } or nil
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

-- The addresses as they are known, or asked for now.
local function located(now)
  if sentinels.enabled then
    local where, err = sentinels.known(), nil
    if now or not where then
      where, err = sentinels.ask()
    end
    return where and { where }, err
  end
  local addresses, err = names.all(host, now and LOOK_SECONDS)
  return addresses, err and 'no address of ' .. host .. ': ' .. err
end

--- Host and port of one of the addresses; nil and why if the host has no address.
function _M.parts(address)
  if not sentinels.enabled then
    return address, settings.redis_port
  end
  local master, port = match(address, '^(.+) (%d+)$')
  local resolved, err = names.first(find(master, ':', 1, true) and '[' .. master .. ']' or master)
  if not resolved then
    return nil, err
  end
  return resolved, tonumber(port)
end

--- The name that its certificate should hold.
function _M.name(address)
  return sentinels.enabled and match(address, '^(.+) %d+$') or host
end

--- The addresses to try, in this order; nil and why if there is none. The best one is
-- the one that answered last. Does not wait, once anything is known.
function _M.all()
  if not known then
    local ok, err = take(located())
    if not ok then
      return nil, err
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
  if is_fixed or not known then
    return false
  end
  local before = table.concat(known, ' ')
  take(located(true))
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
  if not is_fixed then
    recur.every(sentinels.enabled and WATCH_SENTINELS_SECONDS or LOOK_SECONDS, 'looking up Redis', function()
      if not sentinels.enabled or sentinels.known() then -- else who needs it asks
        take(located())
      end
    end)
  end
end

return _M
