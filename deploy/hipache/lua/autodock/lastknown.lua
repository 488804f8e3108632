-- The lists as they were last read, for the time that Redis is away.
--
-- Shared by all workers and kept over a reload. Entries are keyed by the key
-- that matched, never by the requested host: names that clients invent under a
-- wildcard or the catch-all take no room.
--
-- Lists come by lookups, and by the reads that follow a change (refresh.lua).
-- Reads are numbered. A lookup bears the number of the last read that had begun
-- when it was sent: if its answer comes behind that of a later read, it may be
-- older, and is not kept.

local concat = table.concat
local routes, counters = ngx.shared.lastknown, ngx.shared.counters

local _M = {}

-- No usable backend holds a line feed; one in a foreign entry spoils that list alone.
local SEPARATOR = '\n'
local READS = 'list reads'
-- That there is no list is remembered for longer than a lookup can be under way.
local NO_LIST, NO_LIST_SECONDS = false, 60

local asked = 0 -- one lookup is under way at a time (gather.lua)

--- A lookup is about to be sent.
function _M.watch()
  asked = counters:get(READS) or 0
end

--- A read of what has changed is about to be sent: returns its number.
function _M.begin_read()
  return counters:incr(READS, 1, 0)
end

--- Takes note of a list (identifier first) under its vhost. An empty one must
-- not rise again in an outage.
-- @param number of the read that it came with; nil: of the lookup under way
function _M.settle(vhost, entries, number)
  local own = number or asked
  local known, newest = routes:get(vhost)
  newest = newest or 0
  if newest > own then
    return
  elseif #entries > 0 then
    local text = concat(entries, SEPARATOR)
    if text ~= known or own > newest then
      routes:set(vhost, text, 0, own)
    end
  elseif known or number then -- names that clients invent have no list either
    routes:set(vhost, NO_LIST, NO_LIST_SECONDS, own)
  end
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

--- Every vhost under which a list is kept, or was a moment ago.
function _M.vhosts()
  return routes:get_keys(0)
end

return _M
