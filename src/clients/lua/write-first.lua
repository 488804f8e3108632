-- A script that has written is never refused for lack of memory, but its first write must not be one that could
-- grow anything: no owner has an empty name. Without it a full Redis could not be relieved of routes.
local function writeFirst(ownersKey)
  redis.call('ZREM', ownersKey, '')
end
