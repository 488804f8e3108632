-- @include "decode-object"
-- @include "lease"

-- A live owner of another engine whose container addresses are reached on its own host alone, as are those of `mine`,
-- and its record: one address would lead to two containers. nil: none, or both say that one network joins them.
local function overlappingOwner(prefix, ownersKey, owner, mine, times)
  if mine.address ~= 'container' then return nil end
  local scores = redis.call('ZRANGE', ownersKey, 0, -1, 'WITHSCORES')
  for i = 1, #scores, 2 do
    local text = scores[i] ~= owner and redis.pcall('GET', prefix .. 'autodock:engine:' .. scores[i])
    local record = decodeObject(type(text) == 'string' and text)
    local isAlike = record and record.address == 'container' and type(record.id) == 'string' and record.id ~= mine.id
    local isJoined = record and record.sharedNetwork == true and mine.sharedNetwork == true
    if isAlike and not isJoined and leaseState(record, tonumber(scores[i + 1]), times) == 'live' then
      return scores[i], text
    end
  end
  return nil
end
