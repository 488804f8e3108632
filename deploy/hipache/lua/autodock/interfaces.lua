-- Which addresses of containers were dealt anew since, told by the bridges that they are reached over.
--
-- A container that starts gets a new interface, and the kernel numbers interfaces in the order in
-- which they are made. An engine that was started anew without live-restore has ended all of its
-- containers: on its bridges no interface is left that was there before. One that is left says
-- that the engine went on, whatever came of single containers.
--
-- Nothing is told of what is not reached over a bridge of this network namespace: that is the
-- host's, where this front is on it.

local ffi = require 'ffi'

local C = ffi.C
local floor, match = math.floor, string.match

ffi.cdef [[
int inet_pton(int family, const char *text, void *address);
]]

local _M = {}

local FAMILIES = { { name = 2, size = 4 }, { name = 10, size = 16 } }
local CLASS = '/sys/class/net/'
local octets = ffi.new 'unsigned char[16]'

-- The number in a file; nil: there is none.
local function number_in(path)
  local file = io.open(path)
  local number = file and file:read '*n'
  if file then
    file:close()
  end
  return number or nil
end

local function each_line(path)
  local file = io.open(path)
  if not file then
    return function() end
  end
  return function()
    local line = file:read '*l'
    if not line then
      file:close()
    end
    return line
  end
end

-- The names of all interfaces; none where the kernel does not tell.
local function names()
  local found = {}
  for line in each_line '/proc/net/dev' do
    found[#found + 1] = match(line, '^%s*([^%s|]+):')
  end
  return found
end

-- The octets of an address; nil: it is a name.
local function parse(address)
  for _, family in ipairs(FAMILIES) do
    if C.inet_pton(family.name, address, octets) == 1 then
      return ffi.string(octets, family.size)
    end
  end
end

local function from_hex(text)
  return (text:gsub('%x%x', function(two)
    return string.char(tonumber(two, 16))
  end))
end

-- As the kernel writes an IPv4 address: one number, in the order of this machine.
local function from_number(text)
  local octets_of = from_hex(text)
  return ffi.abi 'le' and octets_of:reverse() or octets_of
end

-- In how many bits of a mask there is a one.
local function length(mask)
  local bits = 0
  for i = 1, #mask do
    local octet = mask:byte(i)
    while octet > 0 do
      bits, octet = bits + octet % 2, floor(octet / 2)
    end
  end
  return bits
end

-- All routes that lead to an interface and to no gateway: { prefix, its bits, interface }.
local function routes()
  local found = {}
  for line in each_line '/proc/net/route' do
    local interface, prefix, mask = match(line, '^(%S+)%s+(%x+)%s+0+%s+%x+%s+%d+%s+%d+%s+%d+%s+(%x+)')
    if interface then
      found[#found + 1] = { from_number(prefix), length(from_number(mask)), interface }
    end
  end
  for line in each_line '/proc/net/ipv6_route' do
    local prefix, bits, interface = match(line, '^(%x+) (%x%x) %x+ %x%x 0+ .* (%S+)$')
    if interface then
      found[#found + 1] = { from_hex(prefix), tonumber(bits, 16), interface }
    end
  end
  return found
end

local function is_below(address, prefix, bits)
  if #address ~= #prefix then
    return false
  end
  local whole = floor(bits / 8)
  local unit = 2 ^ (8 - bits % 8)
  return address:sub(1, whole) == prefix:sub(1, whole)
    and (bits % 8 == 0 or floor(address:byte(whole + 1) / unit) == floor(prefix:byte(whole + 1) / unit))
end

-- The interface that leads to an address: that of the longest prefix.
local function toward(address, all)
  local best, most
  for _, route in ipairs(all) do
    if is_below(address, route[1], route[2]) and route[2] > (most or -1) then
      best, most = route[3], route[2]
    end
  end
  return best
end

-- By the number of a bridge, the least number of an interface on it.
local function oldest_by_bridge()
  local oldest = {}
  for _, name in ipairs(names()) do
    local bridge = number_in(CLASS .. name .. '/brport/bridge/ifindex')
    local number = bridge and number_in(CLASS .. name .. '/ifindex')
    if number then
      oldest[bridge] = math.min(oldest[bridge] or number, number)
    end
  end
  return oldest
end

--- The number of the newest interface; 0 where the kernel does not tell. `known` holds the number
-- of each by its name, between calls.
function _M.newest(known)
  local newest, seen = 0, {}
  for _, name in ipairs(names()) do
    seen[name] = known[name] or number_in(CLASS .. name .. '/ifindex')
    newest = math.max(newest, seen[name] or 0)
  end
  for name in pairs(known) do
    known[name] = nil
  end
  for name, number in pairs(seen) do
    known[name] = number
  end
  return newest
end

--- A function that says of an address whether it leads over a bridge on which no interface is left of
-- those up to this number.
function _M.since(number)
  local all, oldest, told = routes(), oldest_by_bridge(), {}
  return function(address)
    local binary = parse(address)
    local interface = binary and toward(binary, all)
    if not interface then
      return false
    end
    if told[interface] == nil then
      local bridge = number_in(CLASS .. interface .. '/ifindex')
      local is_bridge = number_in(CLASS .. interface .. '/bridge/forward_delay') ~= nil
      told[interface] = is_bridge and (oldest[bridge] or number + 1) > number
    end
    return told[interface]
  end
end

return _M
