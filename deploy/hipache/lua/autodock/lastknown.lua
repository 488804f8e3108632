-- The lists as they were last read, for the time that Redis is away.
--
-- Shared by all workers and kept over a reload. Entries are keyed by the key
-- that matched, never by the requested host: names that clients invent under a
-- wildcard or the catch-all take no room.
--
-- Lists come by lookups, by the reads that follow a change (refresh.lua), and from
-- time to time all of them (learn.lua). After that, a vhost of which nothing is known
-- has none, and a wildcard may answer in its place. Before, a wildcard may answer only
-- where the more exact lists were read as empty: else its answer could come from
-- another customer's application. Empty ones have a room of their own, as clients
-- invent names.
--
-- With a list stands what is asked of fronts (options.lua), as its first line.
--
-- Reads are numbered. A lookup bears the number of the last read that had begun
-- when it was sent: if its answer comes behind that of a later read, it may be
-- older, and is not kept.

local dealt = require 'autodock.dealt'
local unheard = require 'autodock.unheard'

local concat = table.concat
local routes, counters = ngx.shared.lastknown, ngx.shared.counters
local empty = ngx.shared.nolists

local _M = {}

-- No usable backend holds a line feed; one in a foreign entry spoils that list alone.
local SEPARATOR = '\n'
local READS = 'list reads'
local COMPLETE, LOST = 'all lists known', 'lists lost'
-- That there is no list is remembered for longer than a lookup can be under way.
local NO_LIST, NO_LIST_SECONDS = false, 60

-- In place of a list that was never read.
local UNREAD = ''

local asked = 0 -- one lookup is under way at a time (gather.lua)

--- A lookup is about to be sent.
function _M.watch()
  asked = counters:get(READS) or 0
end

--- A read of what has changed is about to be sent: returns its number.
function _M.begin_read()
  return counters:incr(READS, 1, 0)
end

-- Where there is no room, something else gives way, or this is not kept.
local function keep(vhost, value, seconds, number)
  local ok, err, forced = routes:set(vhost, value, seconds, number)
  if not ok or forced then
    counters:delete(COMPLETE)
    counters:set(LOST, err or 'their lists take more room than there is')
  end
end

--- Takes note of a list (identifier first) under its vhost. An empty one must
-- not rise again in an outage.
-- @param options what is asked of fronts, as options.lua writes it
-- @param number of the read that it came with; nil: of the lookup under way
function _M.settle(vhost, entries, options, number)
  local own = number or asked
  local known, newest = routes:get(vhost)
  newest = newest or 0
  if newest > own then
    return
  elseif #entries > 0 then
    local text = options .. SEPARATOR .. concat(entries, SEPARATOR)
    if text ~= known or own > newest then
      keep(vhost, text, 0, own)
      empty:delete(vhost)
      dealt.note(entries)
    end
    if text ~= known then
      unheard.tell(vhost)
    end
    return
  end
  if known then
    unheard.tell(vhost)
  end
  if known or number then
    keep(vhost, NO_LIST, NO_LIST_SECONDS, own)
  end
  if not empty:get(vhost) then
    empty:set(vhost, true, 0, own)
  end
end

--- Takes note that a vhost has a list, or something else, that could not be read.
function _M.doubt(vhost)
  if not routes:get(vhost) then
    keep(vhost, UNREAD, 0, counters:get(READS) or 0)
  end
end

--- What was read of a vhost is not to be used, and what is being read just now neither.
function _M.void(vhost)
  keep(vhost, UNREAD, 0, _M.begin_read())
end

-- Whether it is certain that a vhost has no list.
local function is_none(vhost, text)
  return text == NO_LIST or counters:get(COMPLETE) or empty:get(vhost)
end

--- Whether a vhost had a list when it was last read.
function _M.has(vhost)
  local text = routes:get(vhost)
  return text and text ~= UNREAD or false
end

--- The number of the read with which a list came, or of the last one before the lookup; nil if there is none.
function _M.number(vhost)
  local text, number = routes:get(vhost)
  return text and text ~= UNREAD and (number or 0) or nil
end

--- The number of the read since which a vhost has no list; 0: it had one until a moment ago; nil: that is not known.
function _M.none_since(vhost)
  if routes:get(vhost) == NO_LIST then
    return 0
  end
  local is_none_there, number = empty:get(vhost)
  return is_none_there and (number or 0) or nil
end

--- The list kept under a vhost, and what is asked of fronts; false if it has none; nil if that is not known.
function _M.get(vhost)
  local text = routes:get(vhost)
  if not text and is_none(vhost, text) then
    return false
  elseif not text or text == UNREAD then
    return nil
  end
  local entries, options = {}, nil
  for line in (text .. SEPARATOR):gmatch('(.-)' .. SEPARATOR) do
    if options then
      entries[#entries + 1] = line
    end
    options = options or line
  end
  return entries, options
end

--- Every vhost under which a list is kept, or was a moment ago.
function _M.vhosts()
  return routes:get_keys(0)
end

--- All lists are about to be read.
function _M.begin_all()
  counters:delete(LOST)
end

--- All lists were read: true, or nil and why some are not known all the same.
function _M.complete()
  local lost = counters:get(LOST)
  if lost then
    return nil, lost
  end
  counters:set(COMPLETE, true)
  return true
end

--- There may be lists of which nobody told.
function _M.incomplete()
  if counters:get(COMPLETE) then
    counters:delete(COMPLETE)
    unheard.tell_all() -- what was kept until it changes is no longer read again
  end
end

--- Whether a host of which nothing is known has no list.
function _M.is_complete()
  return counters:get(COMPLETE) or false
end

return _M
