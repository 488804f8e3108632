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

--- Keeps a list (identifier first) under its vhost.
function _M.keep(vhost, entries)
  local text = concat(entries, SEPARATOR)
  if routes:get(vhost) ~= text then
    routes:set(vhost, text)
  end
end

--- The vhost has no list any more: it must not rise again in an outage.
function _M.forget(vhost)
  routes:delete(vhost)
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

return _M
