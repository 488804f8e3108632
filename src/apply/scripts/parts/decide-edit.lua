-- @include "lay-out"
-- @include "sequences"

-- What a person's edit makes of a vhost: what is to go counts as its own, and one copy of what is to come is
-- enough, whosever it is. Fills in after, from and differs, and returns how many entries were to go and stay
-- because an owner claims them. The twin of test/laws/decide-edit.ts.
local function decideEdit(job, edit)
  local going, mine, wanted, spared = countsOf(edit.take or {}), {}, {}, 0
  if edit.force then job.others, job.othersHold = {}, false end
  for url, present in pairs(job.counts) do
    if edit.all or going[url] then
      local stays = math.min(present, job.others[url] or 0)
      if present > stays then mine[url] = present - stays end
      spared = spared + stays
    end
  end
  for _, url in ipairs(edit.urls) do wanted[url] = 1 - (job.others[url] or 0) end
  job.mine = { copies = mine }
  layOut(job, wanted, edit.urls)
  local isOver = (edit.all or next(mine)) and not job.othersHold
  if #job.from > 0 or (#job.before > 0 and not isOver) then
    job.after[1] = job.before[1] or edit.id
  end
  job.differs = not same(job.before, job.after)
  return spared
end
