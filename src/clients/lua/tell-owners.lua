-- Every owner, with what it publishes of itself: {owner, score, record or false, owner, ...}.
local function tellOwners(prefix, ownersKey)
  local told, scores = {}, redis.call('ZRANGE', ownersKey, 0, -1, 'WITHSCORES')
  for i = 1, #scores, 2 do
    local record = redis.pcall('GET', prefix .. 'autodock:engine:' .. scores[i])
    told[#told + 1] = scores[i]
    told[#told + 1] = scores[i + 1]
    told[#told + 1] = type(record) == 'string' and record
  end
  return told
end
