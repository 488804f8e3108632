-- Takes note in Redis of the newest interface of this host, which tells the next front here whether
-- any of those that there are is left (boot.lua).

local interfaces = require 'autodock.interfaces'
local owner = require 'autodock.owner'

local _M = {}

-- Redis may lose a note.
local AGAIN_SECONDS = 30

local numbers = {} -- of interfaces, by their names
local last, last_at = 0, 0

--- Notes it if it is another one than before, or the note is old.
function _M.renew(boot_id)
  local newest = interfaces.newest(numbers)
  if newest > 0 and (newest ~= last or ngx.now() - last_at >= AGAIN_SECONDS) then
    last, last_at = newest, ngx.now()
    owner.note(boot_id, newest)
  end
end

return _M
