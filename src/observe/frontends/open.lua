-- Opens a pass: first of all raises this owner's score, which fences every older pass of the same owner.
--
-- KEYS[1]  autodock:owners           sorted set: owner to its score, which only grows
-- KEYS[2]  autodock:engine:<owner>   JSON: the record that the owner's last pass published of itself
-- KEYS[3]  autodock:owner:<owner>    hash: vhost to this owner's claim
-- KEYS[4]  autodock:front:<owner>    hash: what fronts of this host tell; `asked`: how often for a look at all routes
-- ARGV[1]  the configured key prefix
-- ARGV[2]  the owner
-- ARGV[3]  JSON of this pass's record: {"id", "name", "leaseMs", "address", "version", "nonce", "boot"}. Added here are
--          "at" (ms, this server's clock) and "redis" (this run of this server, by whose clock that is)
-- ARGV[4]  for how long a pass counts of an owner that publishes no lease, ms
-- ARGV[5]  'refuse' where another engine passed under this owner a moment ago, or 'take over' all the same
-- ARGV[6]  how long ago this machine was booted, ms
--
-- Returns {'opened', score, now, this run of Redis, number of own claims, whether the index tells them (1 or 0),
--          the boot in which its routes were written or '', whether a front waits for a look at all of them (1 or 0),
--          whether the index tells the claims of all owners (1 or 0)}
--      or {'contested', the other engine's record}, or with its owner behind it where the container addresses of both
--      may overlap: nothing was raised.

-- @include "../../clients/lua/another-engine"
-- @include "../../clients/lua/clock"
-- @include "../../clients/lua/decode-object"
-- @include "../../clients/lua/lease"
-- @include "../../clients/lua/overlapping-owner"
-- @include "../../clients/lua/redis-run"
-- @include "../../clients/lua/unindexed-owners"
-- @include "../../clients/lua/write-first"

local prefix, owner, now, run = ARGV[1], ARGV[2], clock(), redisRun()
local times = { now = now, run = run, patienceMs = tonumber(ARGV[4]) }
local score = tonumber(redis.call('ZSCORE', KEYS[1], owner) or '0')
-- One to which nothing can be added is somebody else's: the nonce fences older passes all the same.
if score >= 2 ^ 53 then score = 0 end
local mine, last = cjson.decode(ARGV[3]), decodeObject(redis.call('GET', KEYS[2]))

local at = last and signAt(last, score, times)
local isAnother = last and (isAnotherEngine(last, mine) or isClone(last, mine, at and now - at, tonumber(ARGV[6])))
if isAnother and not last.lapsed and ARGV[5] == 'refuse' then
  if not at then
    -- It counts as published now, so that its lease is over some time: whose it is, and its nonce, stay.
    last.at, last.redis, at = now, run, now
    writeFirst(KEYS[1])
    redis.call('SET', KEYS[2], cjson.encode(last))
  end
  if now - at <= (leaseMsOf(last) or times.patienceMs) then
    return { 'contested', cjson.encode(last) }
  end
end

-- The first of two hosts stays: it is the second one's to say that one network joins them. Who has passed since it was
-- asked is not asked again.
local isKnown = last and processOf(last) == processOf(mine) and leaseState(last, score, times) == 'live'
if ARGV[5] == 'refuse' and not isKnown then
  local other, record = overlappingOwner(prefix, KEYS[1], owner, mine, times)
  if other then return { 'contested', record, other } end
end

-- What is no count is none: fronts write this, and an infinity, which JSON has not, would end every opening.
local function countOf(value)
  local count = tonumber(value or nil)
  return count and count >= 0 and count < 2 ^ 53 and count or 0
end

-- Claims of a wrong type are found, and named, by whoever reads the frontends.
local claims = redis.pcall('HLEN', KEYS[3])
claims = type(claims) == 'number' and claims or 0

writeFirst(KEYS[1])
local epoch = timeText(math.max(now, score + 1))
redis.call('ZADD', KEYS[1], epoch, owner)
mine.at, mine.redis = now, run
-- Until this pass has looked at its routes, they are what an earlier boot of the host may have written; see boot.lua.
mine.written = last and type(last.written) == 'string' and last.written or nil
mine.asked = countOf(redis.pcall('HMGET', KEYS[4], 'asked')[1])
mine.looked = countOf(last and last.looked)
mine.index = (claims == 0 or (last and last.index == 1)) and 1 or nil
redis.call('SET', KEYS[2], cjson.encode(mine))

-- Whose claims the index does not tell by now; later passes are told by their scores.
local unindexed = {}
for name in pairs(unindexedOwners(prefix, KEYS[1], now)) do
  local isStill = redis.call('ZSCORE', KEYS[1], name) and not isIndexed(prefix, name)
  if isStill then unindexed[#unindexed + 1] = name end
end
table.sort(unindexed)
redis.call('SET', prefix .. 'autodock:index', timeText(now) .. ' ' .. table.concat(unindexed, ' '))

return { 'opened', epoch, timeText(now), run, claims, mine.index or 0, mine.written or '',
  mine.asked > mine.looked and 1 or 0, #unindexed == 0 and 1 or 0 }
