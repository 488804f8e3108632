-- @include "in-pieces"
-- @include "sequences"

-- Makes `after` of the list `before`. It shrinks first: LTRIM and DEL are never refused for lack of memory.
local function writeList(key, before, after)
  if #after == 0 then return redis.call('DEL', key) end
  if #before > #after then redis.call('LTRIM', key, 0, #after - 1) end
  for i = 1, math.min(#before, #after) do
    if before[i] ~= after[i] then redis.call('LSET', key, i - 1, after[i]) end
  end
  inPieces('RPUSH', key, tail(after, #before + 1))
end
