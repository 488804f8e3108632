-- The lists as they were last read, for the time that Redis is away.
--
-- Shared by all workers and kept over a reload. Entries are keyed by the key
-- that matched, never by the requested host: names that clients invent under a
-- wildcard or the catch-all take no room.

local concat = table.concat
local routes = ngx.shared.lastknown

local _M = {}

-- No usable backend holds a line feed; one in a foreign entry spoils that list alone.
local SEPARATOR = '\n'
local NO_LIST = false -- `nil` would be a vhost that never had one

--- Keeps a list (identifier first) under its vhost.
function _M.keep(vhost, entries)
  local text = concat(entries, SEPARATOR)
  if routes:get(vhost) ~= text then
    routes:set(vhost, text)
  end
end

--- The vhost has no list any more: it must not rise again in an outage. That
-- it had one is still known, so that its next one will be (refresh.lua).
function _M.forget(vhost)
  if _M.knows(vhost) then
    routes:set(vhost, NO_LIST)
  end
end

--- Whether a list was ever kept under a vhost.
function _M.knows(vhost)
  return routes:get(vhost) ~= nil
end

--- The list kept under a vhost, or nil.
function _M.get(vhost)
  local text = routes:get(vhost)
  if not text then
    return nil
  end
  local entries = {}
  for entry in (text .. SEPARATOR):gmatch('(.-)' .. SEPARATOR) do
    entries[#entries + 1] = entry
  end
  return entries
end

--- Every vhost under which a list was ever kept.
function _M.vhosts()
  return routes:get_keys(0)
end

return _M
