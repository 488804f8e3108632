-- Whether owners are at work, by what they publish of themselves. `times` has now (ms), run (of this server) and
-- patienceMs: for how long a pass counts of an owner that publishes no lease.

-- When an owner gave its last sign of life; nil: that cannot be told, as it was by another clock, or ahead of this one
-- (which was set back). Versions that told no time raised the score to it. The twin of publishedAt in owner-record.ts.
local function signAt(record, score, times)
  local at = tonumber(record.at)
  if at and record.redis ~= times.run then return nil end
  at = at or score
  return at and at >= 0 and at <= times.now and at or nil
end

-- For how long its sign counts, by its own word; nil: it does not say.
local function leaseMsOf(record)
  local leaseMs = tonumber(record.leaseMs)
  return leaseMs and leaseMs >= 0 and leaseMs or nil
end

-- 'live', 'lapsed' (by its own word: it said how long its sign counts, and that is over) or 'unknown'. The twin of
-- leaseState in lease.ts. `lapsed` in a record says who found its lease over; see lapse.lua.
local function leaseState(record, score, times)
  if record and record.lapsed then return 'lapsed' end
  local at = record and signAt(record, score, times)
  if not at then return 'unknown' end
  local leaseMs = leaseMsOf(record)
  if times.now - at <= (leaseMs or times.patienceMs) then return 'live' end
  return leaseMs and 'lapsed' or 'unknown'
end
