-- @include "drop-surplus"
-- @include "adopt"
-- @include "move-up"

-- Lays out the list to be: `after` from its second item on, and `from`, for each slot (from 1) the slot that it
-- had (from 0; false: new). New URLs go into the lowest holes, then our own last survivors do; where holes are
-- left, what follows moves up. The twin of lay-out.ts.
local function layOut(job, wanted, urls)
  local row, from = {}, {}
  for position, url in ipairs(job.entries) do row[position], from[position] = url, position - 1 end
  dropSurplus(job, row, wanted)
  local missing, hole = adopt(job, row, wanted), 1
  for _, url in ipairs(urls) do
    for _ = 1, missing[url] or 0 do
      while row[hole] do hole = hole + 1 end
      row[hole], from[hole] = url, false
    end
  end
  moveUp(row, from, wanted)
  job.after, job.from = {}, {}
  for position, url in ipairs(row) do
    if url then
      job.from[#job.from + 1] = from[position]
      job.after[#job.from + 1] = url
    end
  end
end
