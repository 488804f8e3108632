-- What Redis' replies to a question mean: which list answers for the host.
--
-- The first list that is not empty wins, as in hipache. A route is { kind, vhost?, id?, marked?,
-- unproven?, seconds?, interim?, timeout?, idle?, place? } where kind is `routed` (with what
-- balance.lua says of its backends; `marked`: those with a mark, as { [url] = true };
-- `unproven`: it has backends that get no requests yet; `interim`: they send answers that nobody
-- asked for, interim.lua), `held`, `unknown` (nothing answers
-- for the host), `broken` (the key that would answer is not a
-- list) or `away` (Redis is not there and nothing is known from before). `seconds`: it is
-- right for no longer. `timeout`, `idle` and `place` are what labels ask for (options.lua).

local boot = require 'autodock.boot'
local cache = require 'autodock.cache'
local dealt = require 'autodock.dealt'
local emptied = require 'autodock.emptied'
local interim = require 'autodock.interim'
local lastknown = require 'autodock.lastknown'
local marks = require 'autodock.marks'
local options = require 'autodock.options'
local own_marks = require 'autodock.own_marks'
local proof = require 'autodock.proof'
local question = require 'autodock.question'
local redis = require 'autodock.redis'
local settings = require 'autodock.settings'
local usable = require 'autodock.usable'

local match, sub = string.match, string.sub
local log, WARN, ERR = ngx.log, ngx.WARN, ngx.ERR

local _M = {}

local NONE_DEAD = {}

-- The set as { [slot] = true }; members that are not a slot are nobody's.
local function dead_slots(members, host)
  if members.error then
    log(WARN, 'dead:', host, ' is not usable: ', members.error)
    return NONE_DEAD
  elseif #members == 0 then
    return NONE_DEAD
  end
  local dead = {}
  for _, member in ipairs(members) do
    if match(member, '^%d+$') then
      dead[tonumber(member)] = true
    end
  end
  return dead
end

-- The URLs in these slots.
local function urls_in(slots, entries)
  local urls = {}
  for slot in pairs(slots) do
    urls[entries[slot + 2] or ''] = true
  end
  return urls
end

local function has_backends(entries)
  for i = 2, #entries do
    if entries[i] ~= '' then
      return true
    end
  end
end

-- One that takes another location than the usual is not straight.
local function follow(route, asked)
  if asked == '' then
    return route
  end
  local meaning = options.meaning(asked)
  route.timeout, route.idle, route.place = meaning.timeout, meaning.idle, meaning.place
  route.straight = route.straight and not meaning.place
  return route
end

-- An identifier without backends is a held vhost: it ends the search.
local function found(host, vhost, entries, dead, asked)
  local old = boot.old(vhost)
  entries = old and usable.without(entries, old) or entries
  if #entries == 1 or old and not has_backends(entries) then
    proof.forget(vhost)
    return { kind = 'held', vhost = vhost, id = entries[1] }
  end
  local joined, seconds = own_marks.join(host, entries, dead)
  local unproven = proof.unproven(host, vhost, entries)
  local route = usable.arrange(host, entries, unproven, dead, joined)
  route.kind, route.vhost, route.id, route.unproven = 'routed', vhost, entries[1], unproven ~= nil
  route.seconds = unproven and math.min(proof.SECONDS, seconds or proof.SECONDS) or seconds
  route.marked = next(joined or dead) and urls_in(joined or dead, entries) or nil
  route.interim = interim.is_known(vhost)
  route.straight = route.straight and not route.interim
  return follow(route, asked)
end

-- What was read before Redis lost its data leads nowhere by addresses that were written anew since.
local function from_memory(host, vhost, entries, options_text)
  if emptied.is_old(vhost) then
    local has_backend
    entries, has_backend = dealt.without(entries)
    if not has_backend then
      return { kind = 'held', vhost = vhost, id = entries[1] }
    end
  end
  return found(host, vhost, entries, marks.seen_failing(entries), options_text)
end

-- A wildcard answers only if it is known that there is nothing more exact.
local function remembered(asked, has_none)
  for number = 1, asked.all do
    local vhost = question.vhost(asked, number)
    local entries, options_text = lastknown.get(vhost)
    if entries then
      return from_memory(asked.host, vhost, entries, options_text)
    elseif not has_none(vhost, entries) then
      break
    end
  end
  return { kind = 'away' }
end

--- The route by what was known before Redis went away, of candidates (question.lua).
function _M.last_known(asked)
  if redis.away_seconds() < settings.last_known and boot.is_known() then
    return remembered(asked, emptied.had_none)
  end
  return { kind = 'away' }
end

-- How long an answer may be kept: until the marks or the list end. -1 and -2
-- say that a key does not end or is not there.
local function shortest_ttl(marks_ttl, list_ttl)
  if type(marks_ttl) ~= 'number' or type(list_ttl) ~= 'number' then
    return 0 -- no right to ask
  elseif marks_ttl < 0 then
    return list_ttl >= 0 and list_ttl or nil
  end
  return list_ttl >= 0 and math.min(marks_ttl, list_ttl) or marks_ttl
end

local function refused(asked, vhost, reply)
  if sub(reply.error, 1, 9) == 'WRONGTYPE' then
    log(ERR, settings.prefix, 'frontend:', vhost, ' is not a list')
    lastknown.doubt(vhost)
    return { kind = 'broken', vhost = vhost }
  end
  redis.failed(reply.error)
  return _M.last_known(asked)
end

-- The route by the list of this number, which is not empty.
local function answered(asked, number, replies, offset)
  local vhost, entries = question.vhost(asked, number), replies[offset + number]
  local own = number - asked.first + 1 -- its place among the lists that were asked for with what belongs to them
  local options_text = options.text(replies[offset + asked.lists + own])
  local marked = offset + asked.lists + asked.lists - asked.first + 2
  lastknown.settle(vhost, entries, options_text)
  local route = found(asked.host, vhost, entries, dead_slots(replies[marked], asked.host), options_text)
  if asked.ttls then
    cache.keep(asked.host, route, shortest_ttl(replies[marked + 1], replies[marked + 1 + own]))
  end
  return route
end

-- Takes note of the first lists, which are empty: not before it is known that Redis has not lost what it held, as
-- one that had a list until then would count as one that had none.
local function settle_empty(asked, count, replies, offset)
  for number = 1, count do
    local vhost = question.vhost(asked, number)
    lastknown.settle(vhost, replies[offset + number])
    proof.forget(vhost)
  end
end

--- The route by the replies that begin after `offset`, kept in the cache if
-- the question asked for the TTLs; nil if another vhost answers than was expected, so that
-- everything has to be asked (question.lua).
function _M.read(asked, replies, offset)
  for number = 1, asked.lists do
    local entries, vhost = replies[offset + number], question.vhost(asked, number)
    if entries.error then
      return refused(asked, vhost, entries)
    elseif #entries > 0 then
      if number < asked.first then
        return nil
      end
      settle_empty(asked, number - 1, replies, offset)
      return answered(asked, number, replies, offset)
    elseif emptied.has_lost(vhost, replies) then
      return remembered(asked, emptied.has_none)
    end
  end
  if asked.lists < asked.all then
    return nil
  end
  settle_empty(asked, asked.lists, replies, offset)
  return { kind = 'unknown' }
end

return _M
