-- Opens a pass: first of all raises this owner's score, which fences every older pass of the same owner.
--
-- KEYS[1]  autodock:owners           sorted set: owner to the time of its last pass (ms, this server's clock)
-- KEYS[2]  autodock:engine:<owner>   JSON {"id", "name"}: the engine of that pass
-- KEYS[3]  autodock:owner:<owner>    hash: vhost to this owner's claim
-- ARGV[1]  the owner
-- ARGV[2]  the id of the engine that this pass will read
-- ARGV[3]  JSON of that engine, as it is to be written
-- ARGV[4]  for how long another engine's pass counts as recent, ms
--
-- Returns {'opened', epoch, now, number of own claims, {owner, score, owner, score, ...}}
--      or {'contested', JSON of the other engine, ms since its pass}: nothing was written.

-- Times have 13 digits: tostring() would round them to 14 significant ones at best, so they are printed by %.0f.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local score = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or '0')
local engine = redis.call('GET', KEYS[2])

-- A clock that jumped leaves a score ahead of it: far ahead is no more recent than far behind.
if engine and math.abs(now - score) < tonumber(ARGV[4]) then
  local isJson, last = pcall(cjson.decode, engine)
  if isJson and type(last) == 'table' and type(last.id) == 'string' and last.id ~= ARGV[2] then
    return { 'contested', engine, string.format('%.0f', now - score) }
  end
end

-- A script that has written is never refused for lack of memory, and its first write must not be one that
-- could grow anything: no owner has an empty name. Without it a full Redis could not be relieved of routes.
redis.call('ZREM', KEYS[1], '')
local epoch = string.format('%.0f', math.max(now, score + 1))
redis.call('ZADD', KEYS[1], epoch, ARGV[1])
if engine ~= ARGV[3] then redis.call('SET', KEYS[2], ARGV[3]) end

-- Claims of a wrong type are found, and named, by whoever reads the frontends.
local claims = redis.pcall('HLEN', KEYS[3])
return {
  'opened',
  epoch,
  string.format('%.0f', now),
  type(claims) == 'number' and claims or 0,
  redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES'),
}
