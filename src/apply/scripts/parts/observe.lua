-- @include "../../../clients/lua/claim-texts"
-- @include "../../../clients/lua/read-list"
-- @include "read-claim"
-- @include "sequences"
-- @include "slots-of"

-- What all of `vhosts` rest on: who claims there, and what. `world` has prefix, owner (nil: nobody), longestList
-- (backends that a list may hold) and latestTime (see readClaim).
local function observeClaims(world, ownersKey, vhosts)
  world.claims = claimTexts(world.prefix, ownersKey, world.owner, vhosts)
end

-- Adds the claims of the i-th vhost to its job; or the fault.
local function addClaims(job, world, i, vhost)
  local seen = world.claims[i]
  if seen.wrongType then
    return { world.prefix .. 'autodock:claims:' .. vhost, 'holds a value of type ' .. seen.wrongType .. ', not a set' }
  end
  job.others, job.othersHold, job.isTold, job.without = {}, false, seen.isTold, seen.without
  job.isAsking, job.askers = false, {}
  for name in pairs(seen.asking or {}) do
    if name == world.owner then
      job.isAsking = true
    elseif seen.texts[name] == nil then
      job.askers[#job.askers + 1] = name
    end
  end
  if world.owner then job.mine = readClaim(nil, world.latestTime) end
  for _, name in ipairs(seen.owners) do
    local text = seen.texts[name]
    local claim = text and readClaim(text, world.latestTime)
    if not claim then
      local hash = world.prefix .. 'autodock:owner:' .. name
      return { hash, 'its field ' .. vhost .. ' is not a claim that autodock can read' }
    end
    if name == world.owner then
      job.mine, job.had = claim, text
    else
      for url, copies in pairs(claim.copies) do job.others[url] = (job.others[url] or 0) + copies end
      job.othersHold = job.othersHold or claim.held ~= nil
    end
  end
  return nil
end

-- The i-th vhost as a job: before (the whole list), entries (its URLs), counts (of them), mine and had (our claim
-- and its text), others (copies by URL), othersHold, isTold and without (see claimTexts), isAsking (we ask something
-- of fronts), askers (others that do, and claim nothing) and marked (dead slots). Or nil and the fault: {key, problem}.
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
