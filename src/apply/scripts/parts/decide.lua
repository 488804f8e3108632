-- @include "claim-of-fewer"
-- @include "decide-empty"
-- @include "lay-out"
-- @include "only-present"
-- @include "sequences"

-- What a write makes of a vhost: fills in after (the whole list to be), from, wanted (copies by URL), claim (text;
-- nil: none), differs, and lacks: it is not given all that it should get. The twin of decide.ts.
local function decide(job, write, pass)
  local wanted, lacks, removalsOnly = {}, false, pass.removalsOnly
  for i, url in ipairs(write.urls) do wanted[url] = write.copies[i] end
  if removalsOnly then wanted, lacks = onlyPresent(job, wanted) end
  layOut(job, wanted, write.urls)
  if #job.from == 0 then
    job.after, job.claim = decideEmpty(job, write, pass)
  else
    job.after[1] = job.before[1] or write.id
    if removalsOnly then
      job.claim = claimOfFewer(wanted, job, write)
    else
      job.claim = next(wanted) and write.claim or nil
    end
  end
  -- Where nothing may grow, no claim begins either.
  if removalsOnly and not job.had then job.claim = nil end
  job.wanted = wanted
  job.lacks = lacks or (removalsOnly and write.asked and job.claim == nil)
  job.differs = not same(job.before, job.after)
end
