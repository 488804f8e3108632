-- Which list answers for a host: exact, wildcards from the longest on, `*`.
--
-- The first list that is not empty wins, as in hipache. All candidates and the
-- dead marks of the requested host are read in one round trip.

local lastknown = require 'autodock.lastknown'
local lrucache = require 'resty.lrucache'
local marks = require 'autodock.marks'
local redis = require 'autodock.redis'
local resp = require 'autodock.resp'
local settings = require 'autodock.settings'

local find, match, sub = string.find, string.match, string.sub
local log, WARN, ERR = ngx.log, ngx.WARN, ngx.ERR

local _M = {}

local MAX_WILDCARD_LABELS = 5
local NONE_DEAD = {}

-- What to ask for a host, which depends on its name alone.
local questions = assert(lrucache.new(4096))

--- The vhosts that may answer for a host, most exact first.
-- `a.b.c` gives `a.b.c`, `*.b.c`, `*.c`, `*`; at most five labels after `*.`.
function _M.candidates(host)
  local suffixes, at = {}, find(host, '.', 1, true)
  while at do
    suffixes[#suffixes + 1] = sub(host, at + 1)
    at = find(host, '.', at + 1, true)
  end
  local vhosts = { host }
  for i = math.max(1, #suffixes - MAX_WILDCARD_LABELS + 1), #suffixes do
    vhosts[#vhosts + 1] = '*.' .. suffixes[i]
  end
  vhosts[#vhosts + 1] = '*'
  return vhosts
end

local function question(host)
  local known = questions:get(host)
  if known then
    return known
  end
  local vhosts, commands = _M.candidates(host), {}
  for i, vhost in ipairs(vhosts) do
    commands[i] = resp.encode { 'LRANGE', settings.prefix .. 'frontend:' .. vhost, '0', '-1' }
  end
  commands[#commands + 1] = resp.encode { 'SMEMBERS', settings.prefix .. 'dead:' .. host }
  local new = { vhosts = vhosts, commands = table.concat(commands), replies = #commands }
  questions:set(host, new)
  return new
end

-- The set as { [slot] = true }; members that are no slot are nobody's.
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

-- An identifier without backends is a held vhost: it ends the search.
local function found(host, vhost, entries, dead)
  local kind = #entries == 1 and 'held' or 'routed'
  return { kind = kind, host = host, vhost = vhost, entries = entries, dead = dead }
end

local function find_last_known(vhosts, host)
  for _, vhost in ipairs(vhosts) do
    local entries = lastknown.get(vhost)
    if entries then
      return found(host, vhost, entries, marks.seen_failing(entries))
    end
  end
  return { kind = 'away', host = host }
end

--- The route for a host: { kind, host, vhost?, entries?, dead? } where kind is
-- `routed` (entries and dead are there), `held`, `unknown` (nothing answers
-- for the host), `broken` (the key that would answer is no list) or `away`
-- (Redis is not there and nothing is known from before).
function _M.find(host)
  local asked = question(host)
  local vhosts, replies = asked.vhosts, redis.pipeline(asked.commands, asked.replies)
  if not replies then
    return find_last_known(vhosts, host)
  end
  for i, vhost in ipairs(vhosts) do
    local entries = replies[i]
    if entries.error then
      if sub(entries.error, 1, 9) == 'WRONGTYPE' then
        log(ERR, settings.prefix, 'frontend:', vhost, ' is not a list')
        return { kind = 'broken', host = host, vhost = vhost }
      end
      redis.failed(entries.error)
      return find_last_known(vhosts, host)
    elseif #entries > 0 then
      lastknown.keep(vhost, entries)
      return found(host, vhost, entries, dead_slots(replies[#replies], host))
    end
    lastknown.forget(vhost)
  end
  return { kind = 'unknown', host = host }
end

return _M
