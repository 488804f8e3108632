-- Opens a pass: first of all raises this owner's score, which fences every older pass of the same owner.
--
-- KEYS[1]  autodock:owners           sorted set: owner to the time of its last pass (ms, this server's clock)
-- KEYS[2]  autodock:engine:<owner>   JSON {"id", "name", "leaseMs"}: the engine of that pass, and how long it counts
-- KEYS[3]  autodock:owner:<owner>    hash: vhost to this owner's claim
-- ARGV[1]  the owner
-- ARGV[2]  the id of the engine that this pass will read
-- ARGV[3]  JSON of that engine, as it is to be written
-- ARGV[4]  for how long another engine's pass counts where it does not say so itself, ms; below 0: none ever counts
--
-- Returns {'opened', epoch, now, number of own claims, {owner, score, its JSON or false, owner, ...}}
--      or {'contested', JSON of the other engine, ms since its pass}: nothing was written.

-- @include "../../clients/lua/clock"
-- @include "../../clients/lua/write-first"

local now = clock()
local score = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or '0')
local engine = redis.call('GET', KEYS[2])

local isJson, last = pcall(cjson.decode, engine or '')
if isJson and type(last) == 'table' and type(last.id) == 'string' and last.id ~= ARGV[2] then
  local lease = tonumber(ARGV[4])
  if lease >= 0 and type(last.leaseMs) == 'number' then lease = last.leaseMs end
  -- A clock that jumped leaves a score ahead of it: far ahead is no more recent than far behind.
  if math.abs(now - score) <= lease then return { 'contested', engine, timeText(now - score) } end
end

writeFirst(KEYS[1])
local epoch = timeText(math.max(now, score + 1))
redis.call('ZADD', KEYS[1], epoch, ARGV[1])
if engine ~= ARGV[3] then redis.call('SET', KEYS[2], ARGV[3]) end

local owners = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
local seen, prefix = {}, string.sub(KEYS[2], 1, #KEYS[2] - #ARGV[1])
for n = 1, #owners, 2 do
  local record = redis.pcall('GET', prefix .. owners[n])
  seen[#seen + 1], seen[#seen + 2], seen[#seen + 3] = owners[n], owners[n + 1], type(record) == 'string' and record
end

-- Claims of a wrong type are found, and named, by whoever reads the frontends.
local claims = redis.pcall('HLEN', KEYS[3])
return {
  'opened',
  epoch,
  timeText(now),
  type(claims) == 'number' and claims or 0,
  seen,
}
