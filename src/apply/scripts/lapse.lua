-- Says in the record of an owner that its lease is over, and who found that, unless it gave a sign of life meanwhile. From
-- then on only a pass of its own makes it live again: a sign of life does not, and a write that was under way is fenced.
--
-- KEYS[1]  autodock:owners           sorted set: owner to its score
-- KEYS[2]  autodock:engine:<owner>   JSON: the record of that owner
-- ARGV[1]  the configured key prefix
-- ARGV[2]  who found it
-- ARGV[3]  "at" of the last sign that was seen of it, and
-- ARGV[4]  "redis" of that
-- ARGV[5]  for how long a pass counts of an owner that publishes no lease, ms
--
-- Returns 'returned': it gave a sign since, is gone, or has no lease; 'left', and by whom: another live owner sees to it;
-- or 'lapsed', and the record says that this one looked at it now. In the first two nothing is written.

-- @include "../../clients/lua/clock"
-- @include "../../clients/lua/decode-object"
-- @include "../../clients/lua/lease"
-- @include "../../clients/lua/redis-run"
-- @include "../../clients/lua/write-first"

local times = { now = clock(), run = redisRun(), patienceMs = tonumber(ARGV[5]) }
local function recordOf(owner)
  local text = redis.pcall('GET', ARGV[1] .. 'autodock:engine:' .. owner)
  return decodeObject(type(text) == 'string' and text)
end

local record = decodeObject(redis.call('GET', KEYS[2]))
if not record or not leaseMsOf(record) then return { 'returned' } end
if tonumber(record.at) ~= tonumber(ARGV[3]) or record.redis ~= ARGV[4] then return { 'returned' } end
-- A time of another clock tells nothing: then who asks has looked on for a whole lease.
if leaseState(record, nil, times) == 'live' then return { 'returned' } end

-- Whether another finder still sees to it: it lives, gives signs by itself, without which nobody looks at others, and
-- looked since it could have done so three times. Else it may be one that does not reap (any more), though it lives.
local LOOKS_A_SECOND = 10
local function seesToIt(lapsed)
  local score = tonumber(redis.call('ZSCORE', KEYS[1], lapsed.by) or nil)
  local finder = score and recordOf(lapsed.by)
  local leaseMs = finder and leaseMsOf(finder)
  if not leaseMs or leaseState(finder, score, times) ~= 'live' then return false end
  local ageMs = times.now - (tonumber(lapsed.at) or 0)
  local owners = #redis.call('ZRANGE', KEYS[1], 0, -1)
  return ageMs >= 0 and ageMs <= math.max(leaseMs, 3 * 1000 * owners / LOOKS_A_SECOND)
end

local lapsed = type(record.lapsed) == 'table' and type(record.lapsed.by) == 'string' and record.lapsed
if lapsed and lapsed.by ~= ARGV[2] and seesToIt(lapsed) then return { 'left', lapsed.by } end
record.lapsed, record.nonce = { at = times.now, by = ARGV[2] }, nil
writeFirst(KEYS[1])
redis.call('SET', KEYS[2], cjson.encode(record))
return { 'lapsed' }
