-- A machine that was cloned keeps its engine's ID, and gets another name. A host that was renamed, or has become the
-- node of a swarm (which adds where that is), is still the same while the same process passes. The
-- simulation has a twin of it.
local function hostOf(record) return type(record.name) == 'string' and record.name:gsub(' at [^ ]*$', '') or '' end
local function processOf(record) return type(record.nonce) == 'string' and record.nonce:gsub('%-%d*$', '') or '' end
local function isAnotherEngine(record, mine)
  if type(record.id) ~= 'string' or record.id == '' then return false end
  if record.id ~= mine.id then return true end
  local host = hostOf(record)
  return host ~= '' and host ~= hostOf(mine) and processOf(record) ~= processOf(mine)
end

-- A clone may have the name, too. No machine gives signs of life in one boot while it is up in another: a sign since
-- this one was booted is a clone's. Of an older one that cannot be told (it may be of the boot before), until the next
-- one would have come, which is after a third of the lease.
local LATE_MS = 2000
local function isClone(record, mine, ageMs, upMs)
  local areTold = type(record.boot) == 'string' and type(mine.boot) == 'string'
  if not areTold or not ageMs or record.boot == mine.boot or processOf(record) == processOf(mine) then return false end
  local nextMs = (tonumber(record.leaseMs) or -LATE_MS * 3) / 3 + LATE_MS
  return ageMs < math.max(upMs, nextMs)
end
