-- The kind of change that was decided, or 'none'.
local function kindOf(job)
  if job.differs then
    if #job.after == 0 then return 'delete' end
    if #job.after == 1 then return 'hold' end
    return #job.before == 0 and 'create' or 'update'
  end
  if job.claim == job.had and not job.asks and not job.asksNoMore then return 'none' end
  return job.claim and 'claim' or 'release'
end
