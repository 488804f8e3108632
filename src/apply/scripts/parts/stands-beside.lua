-- @include "../../../clients/lua/decode-object"
-- @include "../../../clients/lua/lease"
-- @include "owned"
-- @include "read-claim"

-- Whether an owner is live, by `world.times`.
local function isLiveOwner(world, ownersKey, name)
  world.live = world.live or {}
  if world.live[name] == nil then
    local text = redis.pcall('GET', world.prefix .. 'autodock:engine:' .. name)
    local record = decodeObject(type(text) == 'string' and text) or {}
    local score = tonumber(redis.call('ZSCORE', ownersKey, name) or nil)
    world.live[name] = leaseState(record, score, world.times) == 'live'
  end
  return world.live[name]
end

-- Whether a live owner's or a foreign backend stands at the i-th vhost beside what `world.owner` has there. Copies that
-- others claim who are not live do not count.
local function standsBeside(job, world, ownersKey, i)
  local silent, seen = {}, world.claims[i]
  for _, name in ipairs(seen.owners) do
    if name ~= world.owner and not isLiveOwner(world, ownersKey, name) then
      local claim = readClaim(seen.texts[name], world.latestTime)
      for url, copies in pairs(claim.copies) do silent[url] = (silent[url] or 0) + copies end
    end
  end
  for url, present in pairs(job.counts) do
    if present - owned(job, url) > (silent[url] or 0) then return true end
  end
  return false
end
