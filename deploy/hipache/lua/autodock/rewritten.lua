-- Until when lists are served that a Redis had before it lost its data (emptied.lua):
--
-- - each owner that was known says in its record that it has looked at all of its routes (`written`), or
-- - a minute has passed since an owner was there: whoever lives has tried again by then, or
-- - FRONT_LAST_KNOWN is over, and no owner was there.

local dealt = require 'autodock.dealt'
local recur = require 'autodock.recur'
local redis = require 'autodock.redis'
local resp = require 'autodock.resp'
local settings = require 'autodock.settings'

local concat = table.concat
local shared = ngx.shared.emptied

local _M = {}

--- The number of the first read of lists after the loss; nil: there was none, or it is over.
_M.LOST_AT = 'lost at'

-- `missing`: the owners that have not written yet. `first at`: when an owner was seen.
local MISSING, FIRST_AT = 'missing', 'first at'
local LOOK_SECONDS, MOST_SECONDS = 0.25, 60
local BATCH = 100 -- records in a script
local RECORD = settings.prefix .. 'autodock:engine:'
local ANY = resp.encode { 'ZRANGE', settings.prefix .. 'autodock:owners', '0', '0' }

-- For each of these records whether its owner has looked at all of its routes.
local HAVE_WRITTEN = [[
local have = {}
for i, key in ipairs(KEYS) do
  local is_json, record = pcall(cjson.decode, redis.call('GET', key) or '')
  have[i] = is_json and type(record) == 'table' and type(record.written) == 'string' and 1 or 0
end
return have]]

--- The lists of these owners (a line each) are served as they were from now on.
function _M.wait_for(owners, lost_at)
  shared:delete(FIRST_AT)
  shared:safe_set(MISSING, owners)
  local seconds = settings.last_known < math.huge and settings.last_known or 0
  shared:set(_M.LOST_AT, lost_at, seconds)
end

--- Whether such lists are served.
function _M.is_awaited()
  return shared:get(_M.LOST_AT) ~= nil
end

local function missing()
  local owners = {}
  for owner in (shared:get(MISSING) or ''):gmatch '[^\n]+' do
    owners[#owners + 1] = owner
  end
  return owners
end

local function questions(owners)
  local commands = { ANY }
  for first = 1, #owners, BATCH do
    local last = math.min(first + BATCH - 1, #owners)
    local words = { 'EVAL', HAVE_WRITTEN, tostring(last - first + 1) }
    for i = first, last do
      words[#words + 1] = RECORD .. owners[i]
    end
    commands[#commands + 1] = resp.encode(words)
  end
  return commands
end

-- Those of the owners that have not written, by the replies.
local function left(owners, replies)
  local names = {}
  for i, owner in ipairs(owners) do
    local have = replies[2 + math.floor((i - 1) / BATCH)]
    if have[(i - 1) % BATCH + 1] ~= 1 then
      names[#names + 1] = owner
    end
  end
  return names
end

-- Whether nothing is waited for any more; nil if Redis does not tell.
local function is_over()
  local owners = missing()
  local commands = questions(owners)
  local replies = redis.pipeline(commands, #commands)
  if not replies or replies[1].error then
    return nil
  end
  local names = left(owners, replies)
  shared:safe_set(MISSING, concat(names, '\n'))
  if #replies[1] > 0 then
    shared:add(FIRST_AT, ngx.now())
  end
  return #names == 0 or ngx.now() - (shared:get(FIRST_AT) or ngx.now()) >= MOST_SECONDS
end

--- Begins to look, as long as this worker lives; one does it for all.
-- @param changed called when it begins and when it is over: all lists are to be read
function _M.watch(changed)
  local was_awaited = _M.is_awaited()
  recur.every(LOOK_SECONDS, 'looking whether all owners have written again', function()
    if _M.is_awaited() and is_over() then
      shared:delete(_M.LOST_AT)
    end
    local is_awaited = _M.is_awaited()
    if was_awaited and not is_awaited then
      ngx.log(ngx.NOTICE, 'Redis is believed again, as all that was written anew is there')
      dealt.stop()
    end
    if was_awaited ~= is_awaited then
      was_awaited = is_awaited
      changed()
    end
  end)
end

return _M
