-- Says in an owner's record in which boot of its host its routes were written: at all of them a pass of this boot has
-- looked. A front on that host serves none that an earlier boot wrote, as addresses were dealt anew since; and where it
-- finds that done without a boot, it asks for such a look, which is answered here.
--
-- KEYS[1]  autodock:owners           sorted set: owner to its score
-- KEYS[2]  autodock:engine:<owner>   JSON: the record of the owner's last pass
-- ARGV[1]  the owner
-- ARGV[2]  the epoch, score and nonce, of that pass
-- ARGV[3]  the ID of the boot; '': it is not known
--
-- Returns 'told', or 'fenced': a newer pass is at work, and will say it by itself.

-- @include "../../clients/lua/is-fenced"
-- @include "../../clients/lua/write-first"

if isFenced(KEYS[1], KEYS[2], ARGV[1], ARGV[2]) then return 'fenced' end
local record = decodeObject(redis.call('GET', KEYS[2]))
record.written = ARGV[3] ~= '' and ARGV[3] or nil
record.looked = record.asked
writeFirst(KEYS[1])
redis.call('SET', KEYS[2], cjson.encode(record))
return 'told'
