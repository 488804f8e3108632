-- @include "../../../clients/lua/clock"

-- What becomes of a list without any URL, and of our claim: it is held while a container asks for it or the
-- hold lasts; else it goes, if it was ours and no other owner holds it. A hold that began ahead of the clock (which
-- was set back, or is another server's) counts as from now.
local function decideEmpty(job, write, pass)
  local mine, exists = job.mine, #job.before > 0
  local list, heldNow = { job.before[1] or write.id }, '{"held":' .. timeText(pass.now) .. '}'
  local since = mine.held and math.min(mine.held, pass.now)
  local held = since and since == mine.held and job.had or heldNow
  if write.asked and (exists or not pass.removalsOnly) then return list, held end
  if not exists then return {}, nil end
  if since and pass.now < since + pass.holdMs then return list, held end
  if mine.backed and pass.holdMs > 0 then return list, heldNow end
  local wasOurs = mine.backed or mine.held
  return (wasOurs and not job.othersHold) and {} or list, nil
end
