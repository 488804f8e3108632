-- Reads some frontends with the claims that stand there. Writes nothing.
--
-- KEYS[1]  autodock:owners
-- ARGV[1]  the configured key prefix
-- ARGV[2]  this owner, whose claims count even before its first pass
-- ARGV[3]  backends that a list may hold; of a longer one as much is told as shows that it is longer
-- ARGV[4]  the digest of what the caller knows of these vhosts, or ''
-- ARGV[5..]  vhosts, at most some hundreds
--
-- Returns {digest, settled} where that is the digest of what is there, else
-- {digest, settled, {owner, owner, ...}, {position, position, ...}, text, text, ...}: whether all whom the index tells
-- claim there (1 or 0), so that what is told rests on these keys and on who is an owner, and on nothing else; the
-- owners that claim there, sorted; where
-- (from 1) this owner has a claim that the index does not tell; then for each vhost one JSON text
--   [list, n, claim, n, claim, ...]
-- where list is an array ([] or {}: no such key) or the name of a wrong type, and each claim is the text of
-- the n-th owner's field (from 1; false: its hash is of a wrong type). Where somebody asks something of fronts,
-- 'options' and [owner, text, owner, text, ...] follow. As a digest it costs not even the way to see that nothing has
-- changed; it is one of the whole in a form that is made faster than texts.

-- @include "../../clients/lua/claim-texts"
-- @include "../../clients/lua/read-list"

local prefix, owner, longestList = ARGV[1], ARGV[2], tonumber(ARGV[3])
local vhosts = { unpack(ARGV, 5) }
local seen = claimTexts(prefix, KEYS[1], owner, vhosts)

local owners, number = {}, {}
for _, one in ipairs(seen) do
  for _, name in ipairs(one.owners) do
    if not number[name] then owners[#owners + 1], number[name] = name, 0 end
  end
end
table.sort(owners)
for n, name in ipairs(owners) do number[name] = n end

-- Whether all whom the index tells claim there.
local function isSettled(one)
  if one.wrongType then return false end
  for name in pairs(one.told) do
    if not one.texts[name] then return false end
  end
  return true
end

-- Of so many owners they are seen in one step, which is more than there are.
local MOST_OPTIONS = 10000
local all, untold, settled = {}, {}, 1
for i, vhost in ipairs(vhosts) do
  local list, wrongType = readList(prefix .. 'frontend:' .. vhost, longestList)
  local found = { list or wrongType }
  for _, name in ipairs(seen[i].owners) do
    found[#found + 1] = number[name]
    found[#found + 1] = seen[i].texts[name]
  end
  if seen[i].asking then
    local options = redis.pcall('HSCAN', prefix .. 'autodock:options:' .. vhost, '0', 'COUNT', MOST_OPTIONS)
    found[#found + 1] = 'options'
    found[#found + 1] = options.err and {} or options[2]
  end
  all[i] = found
  if not isSettled(seen[i]) then settled = 0 end
  if seen[i].texts[owner] and not seen[i].isTold then untold[#untold + 1] = i end
end

local digest = redis.sha1hex(cmsgpack.pack({ owners, untold, all }))
if digest == ARGV[4] then return { digest, settled } end
local texts = {}
for i, found in ipairs(all) do texts[i] = cjson.encode(found) end
return { digest, settled, owners, untold, unpack(texts) }
