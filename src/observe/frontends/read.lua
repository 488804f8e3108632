-- Reads some frontends with every owner's claims. Writes nothing.
--
-- KEYS[1]  autodock:owners
-- ARGV[1]  the configured key prefix
-- ARGV[2]  this owner, whose claims count even before its first pass
-- ARGV[3]  backends that a list may hold; of a longer one as much is told as shows that it is longer
-- ARGV[4]  the digest of what the caller knows of these vhosts, or ''
-- ARGV[5..]  vhosts, at most some hundreds
--
-- Returns {digest} where that is the digest of what is there, else {digest, {owner, owner, ...}, text, text, ...}:
-- the owners sorted, then for each vhost one JSON text
--   [list, n, claim, n, claim, ...]
-- where list is an array ([] or {}: no such key) or the name of a wrong type, and each claim is the text of
-- the n-th owner's field (from 1; false: its hash is of a wrong type). As one text it costs the reader
-- nothing to see that nothing has changed, and as a digest not even the way.

-- @include "../../clients/lua/claim-texts"
-- @include "../../clients/lua/read-list"

local prefix, owner, longestList = ARGV[1], ARGV[2], tonumber(ARGV[3])
local vhosts = { unpack(ARGV, 5) }

local owners, known = redis.call('ZRANGE', KEYS[1], 0, -1), false
for _, name in ipairs(owners) do known = known or name == owner end
if not known then owners[#owners + 1] = owner end
table.sort(owners)

local claims, texts = claimTexts(prefix, owners, vhosts), {}
for i, vhost in ipairs(vhosts) do
  local list, wrongType = readList(prefix .. 'frontend:' .. vhost, longestList)
  local found = { list or wrongType }
  for n = 1, #owners do
    local text = not claims[n].err and claims[n][i]
    if text or claims[n].err then
      found[#found + 1] = n
      found[#found + 1] = text
    end
  end
  texts[i] = cjson.encode(found)
end

local digest = redis.sha1hex(table.concat(owners, '\n') .. '\n' .. table.concat(texts, '\n'))
if digest == ARGV[4] then return { digest } end
return { digest, owners, unpack(texts) }
