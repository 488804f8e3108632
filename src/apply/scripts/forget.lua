-- Forgets an owner that has claimed nothing any more, unless it has passed again in the meantime.
--
-- KEYS[1]  autodock:owners           sorted set: owner to its epoch
-- KEYS[2]  autodock:engine:<owner>
-- KEYS[3]  autodock:owner:<owner>    hash: vhost to this owner's claim
-- ARGV[1]  the owner
-- ARGV[2]  the epoch by which its claims were withdrawn
--
-- Returns 'forgotten'; 'fenced': a newer pass is at work, nothing was done; or 'claims': something is claimed still,
-- and only the engine is forgotten.
local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not score or tonumber(score) ~= tonumber(ARGV[2]) then return 'fenced' end
redis.call('DEL', KEYS[2])
if redis.call('EXISTS', KEYS[3]) == 1 then return 'claims' end
redis.call('ZREM', KEYS[1], ARGV[1])
return 'forgotten'
