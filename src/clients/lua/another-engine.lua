-- A machine that was cloned keeps its engine's ID, and gets another name. A host that was renamed, or has become the
-- node of a swarm (which adds where that is), is still the same while the same process passes. The twin of
-- isAnotherEngine in owner-record.ts.
local function hostOf(record) return type(record.name) == 'string' and record.name:gsub(' at [^ ]*$', '') or '' end
local function processOf(record) return type(record.nonce) == 'string' and record.nonce:gsub('%-%d*$', '') or '' end
local function isAnotherEngine(record, mine)
  if type(record.id) ~= 'string' or record.id == '' then return false end
  if record.id ~= mine.id then return true end
  local host = hostOf(record)
  return host ~= '' and host ~= hostOf(mine) and processOf(record) ~= processOf(mine)
end
