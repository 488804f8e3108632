-- A sign of life of an owner, whether or not a pass runs; and, where it is asked, what all owners publish of themselves.
--
-- KEYS[1]  autodock:owners           sorted set: owner to its score
-- KEYS[2]  autodock:engine:<owner>   JSON: the record that the owner's last pass published of itself
-- ARGV[1]  the configured key prefix
-- ARGV[2]  the owner
-- ARGV[3]  JSON of who gives the sign: {"id", "name", "nonce", "boot"}
-- ARGV[4]  for how long a pass counts of an owner that publishes no lease, ms
-- ARGV[5]  how long ago this machine was booted, ms
-- ARGV[6]  'all': tell of all owners; else of none
--
-- Returns {outcome, now, this run of Redis, {owner, score, record or false, owner, ...} or false} with the outcome
--   'renewed'    the record says that the owner is at work, as of now; all else in it stays
--   'lapsed'     its lease was over before this sign. Others may have taken its backends out, so that a pass has to
--                come first, which publishes the owner anew
--   'contested'  the last pass was of another engine
--   'absent'     no pass has published anything that is still there
-- In all but the first nothing is written.

-- @include "../../clients/lua/another-engine"
-- @include "../../clients/lua/clock"
-- @include "../../clients/lua/decode-object"
-- @include "../../clients/lua/lease"
-- @include "../../clients/lua/redis-run"
-- @include "../../clients/lua/tell-owners"
-- @include "../../clients/lua/write-first"

local times = { now = clock(), run = redisRun(), patienceMs = tonumber(ARGV[4]) }
local score = redis.call('ZSCORE', KEYS[1], ARGV[2])
local record = score and decodeObject(redis.call('GET', KEYS[2]))

local function outcomeOf()
  if not record then return 'absent' end
  local mine, at = cjson.decode(ARGV[3]), signAt(record, tonumber(score), times)
  local isAnother = isAnotherEngine(record, mine) or isClone(record, mine, at and times.now - at, tonumber(ARGV[5]))
  if isAnother then return 'contested' end
  if leaseState(record, tonumber(score), times) == 'lapsed' then return 'lapsed' end
  record.at, record.redis = times.now, times.run
  writeFirst(KEYS[1])
  redis.call('SET', KEYS[2], cjson.encode(record))
  return 'renewed'
end

local outcome = outcomeOf()
return { outcome, timeText(times.now), times.run, ARGV[6] == 'all' and tellOwners(ARGV[1], KEYS[1]) }
