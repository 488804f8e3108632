-- Elects the one controller on a manager that looks at the swarm for all: whoever asks first, and it as long as it asks
-- again within its lease. Times are by this server's clock, and by that of this run of it alone.
--
-- KEYS[1]  autodock:overseer  JSON: {"owner", "run", "at", "leaseMs", "redis"}
-- ARGV[1]  the owner that asks
-- ARGV[2]  another one for each process of it
-- ARGV[3]  for how long it is elected, ms; 0: it goes
--
-- Returns {whether it is elected (1 or 0), now, whether it was before (1 or 0): else nothing may be left of what it wrote}.

-- @include "../../clients/lua/clock"
-- @include "../../clients/lua/decode-object"
-- @include "../../clients/lua/redis-run"

local now, run, leaseMs = clock(), redisRun(), tonumber(ARGV[3])
local had = decodeObject(redis.call('GET', KEYS[1]))
local isMine = had and had.owner == ARGV[1] and had.run == ARGV[2]
local at = had and had.redis == run and tonumber(had.at)
local isOver = not at or at > now or now - at > (tonumber(had.leaseMs) or 0)

if leaseMs == 0 then
  if isMine then redis.call('DEL', KEYS[1]) end
  return { 0, timeText(now), 0 }
end
if not (isMine or isOver) then return { 0, timeText(now), 0 } end
local record = { owner = ARGV[1], run = ARGV[2], at = now, leaseMs = leaseMs, redis = run }
-- Gone first: a script that has written is never refused for lack of memory, and who looks is to go on where Redis is full.
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[1], cjson.encode(record))
return { 1, timeText(now), isMine and not isOver and 1 or 0 }
