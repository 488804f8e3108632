-- Tells claims of an owner in the index: those of versions before it, and what somebody deleted there.
--
-- KEYS[1]  autodock:owners           sorted set: owner to its score
-- KEYS[2]  autodock:engine:<owner>   JSON: the record that the pass published of itself
-- KEYS[3]  autodock:owner:<owner>    hash: vhost to this owner's claim
-- ARGV[1]  the configured key prefix
-- ARGV[2]  the owner
-- ARGV[3]  the epoch of the pass, its score and its nonce: where another one opened since, nothing is written
-- ARGV[4..]  vhosts, at most some hundreds. None: all claims of this owner are told by now, and its record says so, so
--          that others look for them only where the index tells them
--
-- Returns {'fenced'}; or {'told', how many of them the index tells now}: not where its key is of a wrong type.

-- @include "../../clients/lua/is-fenced"
-- @include "../../clients/lua/write-first"

if isFenced(KEYS[1], KEYS[2], ARGV[2], ARGV[3]) then return { 'fenced' } end
local vhosts, told = { unpack(ARGV, 4) }, 0
if #vhosts == 0 then
  local record = decodeObject(redis.call('GET', KEYS[2]))
  record.index = 1
  writeFirst(KEYS[1])
  redis.call('SET', KEYS[2], cjson.encode(record))
  return { 'told', 0 }
end
for i, claim in ipairs(redis.call('HMGET', KEYS[3], unpack(vhosts))) do
  local reply = claim and redis.pcall('SADD', ARGV[1] .. 'autodock:claims:' .. vhosts[i], ARGV[2])
  if type(reply) == 'number' then told = told + 1 end
end
return { 'told', told }
