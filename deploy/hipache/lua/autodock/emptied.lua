-- A Redis that came up without what it held: it began anew on another node, or Sentinels chose one
-- that had nothing.
--
-- What it says of hosts is worth nothing then, until the owners have written again. So a list that
-- was known and is read as empty is looked into: where Redis has another history than before (its
-- replication ID), and not every owner that was known is in it, its data is lost. From then on each
-- list that was read before, and not since, is served as it was, like that of a Redis that is away
-- (rewritten.lua says until when).
--
-- Where no owner was known, nobody would write anything anew, and an empty Redis is believed. So is
-- one that was emptied by a command, which is somebody's will. A front that was started since knows
-- nothing, and has nothing to serve.
--
-- For that nothing is asked but where a list that was known is read as empty, and now and then, by
-- one worker, who the owners are.

local complaint = require 'autodock.complaint'
local dealt = require 'autodock.dealt'
local lastknown = require 'autodock.lastknown'
local older = require 'autodock.older'
local redis = require 'autodock.redis'
local resp = require 'autodock.resp'
local rewritten = require 'autodock.rewritten'
local settings = require 'autodock.settings'

local concat, match = table.concat, string.match
local shared = ngx.shared.emptied

local _M = {}

-- `lost at`: the number of the first read of lists after the loss.
local HISTORY, OWNERS, LOST_AT = 'history', 'owners', rewritten.LOST_AT
local KNEW_ALL = 'all lists were known' -- before the loss
local QUESTION = {
  resp.encode { 'INFO', 'replication' },
  resp.encode { 'ZRANGE', settings.prefix .. 'autodock:owners', '0', '-1', 'WITHSCORES' },
}

local complain, is_well = complaint.about(ngx.NOTICE, 'a Redis that lost its data would be believed: ')

-- Whether one of the owners that were known is missing among these.
local function is_missing_one(owners)
  local text = '\n' .. concat(owners, '\n') .. '\n'
  for owner in (shared:get(OWNERS) or ''):gmatch '[^\n]+' do
    if not text:find('\n' .. owner .. '\n', 1, true) then
      return true
    end
  end
  return false
end

-- What was written since an earlier loss still counts, if that is not over.
local function lost()
  if not rewritten.is_awaited() then
    dealt.begin()
    shared:set(KNEW_ALL, lastknown.is_complete())
  end
  rewritten.wait_for(shared:get(OWNERS), lastknown.begin_read())
  ngx.log(ngx.WARN, 'Redis came up without what it held: hosts that nobody has written there yet are served as they were')
end

-- Those that stand there one after the other, and their scores by owner.
local function in_pairs(reply)
  local owners, scores = {}, {}
  for i = 1, #reply, 2 do
    owners[#owners + 1] = reply[i]
    scores[reply[i]] = reply[i + 1]
  end
  return owners, scores
end

-- The history of Redis, its owners and their scores; false if it does not tell now; nil if it never will.
local function ask(exchange)
  local replies = exchange(QUESTION, #QUESTION)
  if not replies then
    return false
  end
  local info, owners = replies[1], replies[2]
  local refusal = info.error or owners.error
  if not refusal then
    is_well()
    return match(info, 'master_replid:(%x+)'), in_pairs(owners)
  end
  complain(refusal)
  return not match(refusal, '^NOPERM') and not match(refusal, '^WRONGTYPE') and false or nil
end

local function is_older(history, scores)
  return history ~= (shared:get(HISTORY) or history) and older.is_awaited(history, scores)
end

-- One that was away is not back as long as it is older than it was known.
redis.admit_unless(function(exchange)
  local history, _, scores = ask(exchange)
  return history and is_older(history, scores) and older.REASON
end)

--- Asks Redis whether it has lost its data; false if it does not tell now.
function _M.look()
  local history, owners, scores = ask(redis.pipeline)
  if not history then
    return history ~= false
  elseif is_older(history, scores) then
    redis.failed(older.REASON)
    return false
  end
  if history ~= (shared:get(HISTORY) or history) and is_missing_one(owners) then
    lost()
  end
  shared:set(HISTORY, history)
  if not shared:get(LOST_AT) then
    shared:safe_set(OWNERS, concat(owners, '\n'))
  end
  older.note(scores)
  return true
end

--- The same, for a timer.
function _M.note()
  _M.look()
end

local function is_from_before(number)
  local lost_at = shared:get(LOST_AT)
  return lost_at ~= nil and number < lost_at
end

--- Whether it is certain that a vhost has no list, of which none is kept. What is read as empty since the loss proves
-- nothing: its owner may not have written again.
-- @param entries false: none was read there; nil: nothing was
function _M.has_none(vhost, entries)
  if not shared:get(LOST_AT) then
    return entries == false
  end
  return shared:get(KNEW_ALL) or is_from_before(lastknown.none_since(vhost) or math.huge)
end

--- The same by what was known before Redis went away.
function _M.had_none(vhost, entries)
  return entries == false and _M.has_none(vhost, entries)
end

--- Whether what is known of a vhost was read before the loss, and not since.
function _M.is_old(vhost)
  return is_from_before(lastknown.number(vhost) or math.huge)
end

--- Whether a list that was read as empty is known from before Redis lost its data, or may be.
-- @param replies with which it was read; what is found out for one of them counts for all
function _M.has_lost(vhost, replies)
  local number = settings.last_known > 0 and lastknown.number(vhost)
  if not number then
    return false
  elseif is_from_before(number) then
    return true
  end
  if replies.is_told == nil then
    replies.is_told = _M.look()
  end
  return not replies.is_told or is_from_before(number)
end

return _M
