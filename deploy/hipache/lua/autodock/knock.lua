-- Whether somebody listens at a socket of this machine.
--
-- nginx writes a line for each connection that the system refuses at once, and while Redis is away each worker tries
-- several times in a second. So who was refused there knocks first, which writes none.

local ffi = require 'ffi'

local C = ffi.C

ffi.cdef [[
struct autodock_socket_address { unsigned short family; char path[108]; };
int socket(int family, int type, int protocol);
int connect(int fd, const struct autodock_socket_address *address, unsigned int length);
int close(int fd);
char *strerror(int number);
]]

local _M = {}

local UNIX, STREAM_WITHOUT_WAITING = 1, 0x801
local EAGAIN = 11 -- more have knocked than it has answered

--- True, or nil and why not.
function _M.at(path)
  local address = ffi.new('struct autodock_socket_address', { family = UNIX, path = path })
  local fd = C.socket(UNIX, STREAM_WITHOUT_WAITING, 0)
  if fd < 0 then
    return true -- whoever connects is told the reason
  end
  local failed = C.connect(fd, address, ffi.sizeof(address)) ~= 0
  local number = ffi.errno()
  C.close(fd)
  if failed and number ~= EAGAIN then
    return nil, ffi.string(C.strerror(number))
  end
  return true
end

return _M
