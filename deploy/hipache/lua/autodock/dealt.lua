-- Addresses that somebody has written to a Redis that had come up empty (emptied.lua).
--
-- Whatever stood there before, such an address leads to whoever wrote it now: a container that
-- ended meanwhile has left it, and engines and overlays deal it anew. A list from before that
-- nobody has written yet leads there no more. Ports do not count, as the container behind it may
-- listen at others, too.

local backend = require 'autodock.backend'

local shared = ngx.shared.dealt

local _M = {}

-- No address is spelled like these.
local ON, FULL = 'noted', 'too many'

--- From now on addresses are noted; none is yet.
function _M.begin()
  shared:flush_all()
  shared:flush_expired()
  shared:set(ON, true)
end

--- No list from before is left.
function _M.stop()
  shared:flush_all()
end

--- A list was read (identifier first).
function _M.note(entries)
  if not shared:get(ON) then
    return
  end
  for i = 2, #entries do
    local to = backend.parse(entries[i])
    if to and to.address and not shared:get(to.address) and not shared:safe_set(to.address, true) then
      shared:set(FULL, true) -- which makes room for itself
    end
  end
end

--- A list from before with nothing in the slots that lead to them, and whether there is a backend in another one.
function _M.without(entries)
  local is_full, has_backend = shared:get(FULL), false
  local left = { entries[1] }
  for i = 2, #entries do
    local to = backend.parse(entries[i])
    local is_dealt = is_full or to and to.address and shared:get(to.address)
    left[i] = is_dealt and '' or entries[i]
    has_backend = has_backend or left[i] ~= ''
  end
  return left, has_backend
end

return _M
