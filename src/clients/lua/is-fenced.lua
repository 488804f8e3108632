-- @include "decode-object"

-- Whether another pass than this one opened last under an owner. The score alone would not tell: after a failover
-- that lost writes two passes may have got the same one.
local function isFenced(ownersKey, engineKey, owner, epoch)
  local score, nonce = string.match(epoch, '^(%d+)/(.+)$')
  local found = redis.call('ZSCORE', ownersKey, owner)
  if not found or tonumber(found) ~= tonumber(score) then return true end
  local record = decodeObject(redis.call('GET', engineKey))
  return not record or record.nonce ~= nonce
end
