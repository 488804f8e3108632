-- Forgets an owner that has claimed nothing any more, unless it has passed again in the meantime.
--
-- KEYS[1]  autodock:owners           sorted set: owner to its score
-- KEYS[2]  autodock:engine:<owner>   JSON: the record of the owner's last pass
-- KEYS[3]  autodock:owner:<owner>    hash: vhost to this owner's claim
-- KEYS[4]  autodock:drain:<owner>    hash: short id to its drain
-- KEYS[5]  autodock:names:<owner>    hash: short id to a container's name
-- KEYS[6]  autodock:front:<owner>    hash: what fronts of its host told; one that is still there tells it again
-- ARGV[1]  the owner
-- ARGV[2]  the epoch, score and nonce, by which its claims were withdrawn
--
-- Returns 'forgotten'; 'fenced': a newer pass is at work, nothing was done; or 'claims': something is claimed still,
-- and its claims and its heartbeat stay.

-- @include "../../clients/lua/is-fenced"

if isFenced(KEYS[1], KEYS[2], ARGV[1], ARGV[2]) then return 'fenced' end
redis.call('DEL', KEYS[2], KEYS[4], KEYS[5], KEYS[6])
if redis.call('EXISTS', KEYS[3]) == 1 then return 'claims' end
redis.call('ZREM', KEYS[1], ARGV[1])
return 'forgotten'
