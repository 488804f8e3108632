-- @include "../../../clients/lua/claim-texts"
-- @include "../../../clients/lua/read-list"
-- @include "read-claim"
-- @include "sequences"
-- @include "slots-of"

-- What all of `vhosts` rest on: every owner, with the texts of its claims of them. `world` has prefix, owner (nil:
-- nobody), longestList (backends that a list may hold) and latestTime (see readClaim).
local function observeClaims(world, ownersKey, vhosts)
  world.owners = redis.call('ZRANGE', ownersKey, 0, -1)
  world.texts = claimTexts(world.prefix, world.owners, vhosts)
end

-- Adds the claims of the i-th vhost to its job; or the fault.
local function addClaims(job, world, i, vhost)
  job.others, job.othersHold = {}, false
  for n, name in ipairs(world.owners) do
    local text = not world.texts[n].err and world.texts[n][i]
    local claim = not world.texts[n].err and readClaim(text, world.latestTime)
    if not claim then
      local hash = world.prefix .. 'autodock:owner:' .. name
      return { hash, 'its field ' .. vhost .. ' is not a claim that autodock can read' }
    end
    if name == world.owner then
      job.mine, job.had = claim, text or nil
    else
      for url, copies in pairs(claim.copies) do job.others[url] = (job.others[url] or 0) + copies end
      job.othersHold = job.othersHold or claim.held ~= nil
    end
  end
  return nil
end

-- The i-th vhost as a job: before (the whole list), entries (its URLs), counts (of them), mine and had (our claim
-- and its text), others (copies by URL), othersHold and marked (dead slots). Or nil and the fault: {key, problem}.
local function observe(world, i, vhost)
  local key = world.prefix .. 'frontend:' .. vhost
  local before, wrongType = readList(key, world.longestList)
  if not before then return nil, { key, 'holds a value of type ' .. wrongType .. ', not a list' } end
  if #before > world.longestList + 1 then
    return nil, { key, 'holds more than ' .. world.longestList .. ' backends' }
  end
  local entries = tail(before, 2)
  local job = { before = before, entries = entries, counts = countsOf(entries) }
  local fault = addClaims(job, world, i, vhost)
  if fault then return nil, fault end
  local members = redis.pcall('SMEMBERS', world.prefix .. 'dead:' .. vhost)
  job.marked = members.err and {} or slotsOf(members)
  return job, nil
end
