-- Lists that are not as they were last read: what one worker finds, all drop from their caches.
--
-- Redis tells of a change (tracking.lua), but not of every one: SWAPDB puts other lists in
-- place of all. All lists are read again and again (learn.lua), and a list that comes back
-- other than it was is told here. Routes need no time after which they end for that.

local recur = require 'autodock.recur'

local match = string.match
local shared = ngx.shared.unheard

local _M = {}

local LOOK_SECONDS = 1
local COUNT, RING = 'count', 1000
local ALL = '*' -- a wildcard, after which nothing is kept

--- The list of a vhost is another one.
function _M.tell(vhost)
  local number = shared:incr(COUNT, 1, 0)
  shared:set(number % RING, number .. ' ' .. vhost)
end

--- Any list may be another one.
function _M.tell_all()
  _M.tell(ALL)
end

-- What stands there may be a later one, or not be written yet.
local function told(number)
  local text = shared:get(number % RING) or ''
  local own, vhost = match(text, '^(%d+) (.*)$')
  return tonumber(own) == number and vhost or ALL
end

--- Begins to look what is told, as long as this worker lives.
-- @param void called with each vhost
function _M.watch(void)
  local seen = shared:get(COUNT) or 0
  recur.every(LOOK_SECONDS, 'hearing which lists are others', function()
    local count = shared:get(COUNT) or 0
    for number = math.max(seen + 1, count - RING), count do
      void(told(number))
    end
    seen = count
  end)
end

return _M
