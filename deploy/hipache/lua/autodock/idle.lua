-- Lets go of the idle connections to a backend that was withdrawn: an application that is
-- told to stop often ends when its last connection does, and nginx would keep them for
-- FRONT_BACKEND_KEEPALIVE.
--
-- nginx has no call for it, but closes a kept connection whose other side does. So these
-- sockets are shut down from here, while no request of this worker is on its way to that
-- backend: then none of them is in use, and no request can begin meanwhile.

local backend = require 'autodock.backend'
local bit = require 'bit'
local ffi = require 'ffi'
local settings = require 'autodock.settings'
local states = require 'autodock.state'

local C = ffi.C
local log, ERR = ngx.log, ngx.ERR
local min = math.min

ffi.cdef [[
int getpeername(int fd, void *address, unsigned int *length);
int inet_pton(int family, const char *text, void *address);
int shutdown(int fd, int how);
]]

local _M = {}

local FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 0.02, 1, 1.5
local PATIENCE_SECONDS = 600 -- for requests that are on their way
local INET, INET6 = 2, 10
local PORT_AT, ADDRESS_AT, ADDRESS6_AT = 2, 4, 8 -- in the structures of both
local BOTH_WAYS = 2
local MOST_FILES = settings.worker_connections + 1024 -- files other than connections, with it

local peer, length = ffi.new 'uint8_t[28]', ffi.new 'unsigned int[1]'
local binary = ffi.new 'uint8_t[16]'

local leaving, running = {}, false -- by URL: until when it is tried

-- Port and address in the order of the network.
local function key_of(candidate)
  local text = candidate.address:gsub('[][]', '')
  local is_6 = text:find(':', 1, true) ~= nil
  if C.inet_pton(is_6 and INET6 or INET, text, binary) ~= 1 then
    return nil
  end
  local port = string.char(bit.rshift(candidate.port, 8), bit.band(candidate.port, 255))
  return port .. ffi.string(binary, is_6 and 16 or 4)
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

local function shut_down(keys)
  for fd = 3, MOST_FILES do
    local key = key_of_peer(fd)
    if key and keys[key] then
      C.shutdown(fd, BOTH_WAYS)
    end
  end
end

local function let_go_unused()
  local keys = {}
  for url, ends in pairs(leaving) do
    if not states.is_asked(url) then
      keys[key_of(backend.parse(url)) or ''] = true
      leaving[url] = nil
    elseif ends <= ngx.now() then
      leaving[url] = nil
    end
  end
  if next(keys) then
    shut_down(keys)
  end
end

local function run()
  local pause = FIRST_PAUSE
  repeat
    local ok, err = pcall(let_go_unused)
    if not ok then
      leaving = {}
      log(ERR, 'idle connections stay until their time is over: ', err)
    end
    ngx.sleep(next(leaving) and pause or 0.001)
    pause = min(pause * GROWTH, LONGEST_PAUSE)
  until not next(leaving) or ngx.worker.exiting()
  running = false
end

--- A backend has left a list.
function _M.let_go(url)
  local candidate = backend.parse(url)
  if not candidate or not candidate.address or candidate.tls then
    return -- connections by TLS are not kept, those by name end with their time
  end
  leaving[url] = ngx.now() + PATIENCE_SECONDS
  running = running or ngx.timer.at(0, run)
end

return _M
