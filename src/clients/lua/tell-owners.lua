-- Every owner, with what it publishes of itself: {owner, score, record or false, owner, ...}. The score is '' where the
-- record says by itself when the last sign was: to write many of them as text is half the work.
local function tellOwners(prefix, ownersKey)
  local told = {}
  for _, owner in ipairs(redis.call('ZRANGE', ownersKey, 0, -1)) do
    local record = redis.pcall('GET', prefix .. 'autodock:engine:' .. owner)
    record = type(record) == 'string' and record
    local isTimed = record and string.find(record, '"at":%d')
    told[#told + 1] = owner
    told[#told + 1] = isTimed and '' or redis.call('ZSCORE', ownersKey, owner)
    told[#told + 1] = record
  end
  return told
end
