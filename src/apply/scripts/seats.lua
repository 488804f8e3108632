-- Enters containers into seats of which one container has each at a time, the newest; and takes out those that are gone.
--
-- KEYS[1]  autodock:seats  hash: seat to its holder, JSON {"owner", "id", "name", "at"}
-- ARGV[1]  the owner whose containers these are
-- ARGV[2]  JSON {"enter": [[seat, holder as text], ...], "leave": [[seat, short id], ...]}
--
-- Returns the holders of other owners, as texts, that a newer one took the place of.

-- @include "../../clients/lua/decode-object"

local owner, wanted, overtaken = ARGV[1], cjson.decode(ARGV[2]), {}
local function holderIn(seat)
  local text = redis.call('HMGET', KEYS[1], seat)[1]
  return decodeObject(text or nil), text
end

for _, one in ipairs(wanted.enter) do
  local had, text = holderIn(one[1])
  local at = had and tonumber(had.at)
  if not at or at < cjson.decode(one[2]).at then
    redis.call('HSET', KEYS[1], one[1], one[2])
    if at and had.owner ~= owner then overtaken[#overtaken + 1] = text end
  end
end
for _, one in ipairs(wanted.leave) do
  local had = holderIn(one[1])
  if had and had.owner == owner and had.id == one[2] then redis.call('HDEL', KEYS[1], one[1]) end
end
return overtaken
