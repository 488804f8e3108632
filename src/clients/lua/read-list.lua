-- The list of a frontend with its identifier, up to one backend more than it may hold, by which a longer one is
-- told; {}: no such key. Or nil and the name of the wrong type that the key holds.
local function readList(key, longestList)
  local list = redis.pcall('LRANGE', key, 0, longestList + 1)
  if list.err then return nil, redis.call('TYPE', key).ok end
  return list, nil
end
