-- Sockets of this worker by whom they lead to. nginx has no call for those to backends, so all
-- files that may be sockets are asked.

local bit = require 'bit'
local ffi = require 'ffi'
local settings = require 'autodock.settings'

local C = ffi.C

ffi.cdef [[
int getpeername(int fd, void *address, unsigned int *length);
int inet_pton(int family, const char *text, void *address);
int shutdown(int fd, int how);
]]

local _M = {}

local INET, INET6 = 2, 10
local PORT_AT, ADDRESS_AT, ADDRESS6_AT = 2, 4, 8 -- in the structures of both
local BOTH_WAYS = 2
local MOST_FILES = settings.worker_connections + 1024 -- files other than connections, with it

local peer, length = ffi.new 'uint8_t[28]', ffi.new 'unsigned int[1]'
local binary = ffi.new 'uint8_t[16]'

--- Tells one backend's sockets from others': port and address in the order of the network.
-- nil: it has no address.
-- @param candidate a backend with an address (backend.lua)
function _M.key(candidate)
  local text = candidate.address:gsub('[][]', '')
  local is_6 = text:find(':', 1, true) ~= nil
  if C.inet_pton(is_6 and INET6 or INET, text, binary) ~= 1 then
    return nil
  end
  local port = string.char(bit.rshift(candidate.port, 8), bit.band(candidate.port, 255))
  return port .. ffi.string(binary, is_6 and 16 or 4)
end

-- The kernel makes room for files as they come; settings may allow for many more.
local function files_end()
  local file = io.open '/proc/self/status'
  local text = file and file:read '*a' or ''
  if file then
    file:close()
  end
  return math.min(tonumber(text:match '\nFDSize:%s*(%d+)') or MOST_FILES, MOST_FILES)
end

local function key_of_peer(fd)
  length[0] = 28
  if C.getpeername(fd, peer, length) ~= 0 then
    return nil
  end
  local family = peer[0] + 256 * peer[1]
  if family == INET then
    return ffi.string(peer + PORT_AT, ADDRESS_AT + 4 - PORT_AT)
  elseif family == INET6 then
    return ffi.string(peer + PORT_AT, 2) .. ffi.string(peer + ADDRESS6_AT, 16)
  end
end

--- Calls `visit` with each connected socket that leads to one of these, and its key.
-- @param keys { [key] = anything }
function _M.visit(keys, visit)
  for fd = 3, files_end() do
    local key = key_of_peer(fd)
    if key and keys[key] then
      visit(fd, key)
    end
  end
end

--- Ends a connection, of which nginx hears as if its other side had closed it.
function _M.shut_down(fd)
  C.shutdown(fd, BOTH_WAYS)
end

return _M
