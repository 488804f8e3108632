-- @include "in-pieces"
-- @include "slots-of"

-- Moves the marks under a host with their backends and returns how many moved. The set is changed, not made
-- anew, so that its TTL stays; a key of another type was not made by a proxy and stays too.
local function moveMarks(key, job)
  local members = redis.pcall('SMEMBERS', key)
  if members.err or #members == 0 then return 0 end
  local marked, after, fresh, stale, moved = slotsOf(members), {}, {}, {}, 0
  for slot, from in ipairs(#job.before > 0 and job.from or {}) do
    if from and marked[from] then
      local mark = tostring(slot - 1)
      after[mark] = true
      if not marked[slot - 1] then fresh[#fresh + 1] = mark end
      if from ~= slot - 1 then moved = moved + 1 end
    end
  end
  for _, member in ipairs(members) do
    if not after[member] then stale[#stale + 1] = member end
  end
  inPieces('SADD', key, fresh)
  inPieces('SREM', key, stale)
  return moved
end
