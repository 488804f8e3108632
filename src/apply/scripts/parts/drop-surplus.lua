-- @include "owned"

-- Makes holes (false) of our copies that are no longer wanted. Of equal copies the last ones are ours, and of
-- those the last ones go; in the first of two rounds only such as have no dead mark.
local function dropSurplus(job, row, wanted)
  local surplus, ours = {}, {}
  for url in pairs(job.mine.copies) do
    ours[url] = owned(job, url)
    local n = ours[url] - (wanted[url] or 0)
    if n > 0 then surplus[url] = n end
  end
  if not next(surplus) then return end
  for _, spared in ipairs({ job.marked, {} }) do
    local left = {}
    for position = #row, 1, -1 do
      local url = job.entries[position]
      local mine = surplus[url] and (left[url] or ours[url]) or 0
      if mine > 0 then
        left[url] = mine - 1
        if surplus[url] > 0 and row[position] and not spared[position - 1] then
          row[position], surplus[url] = false, surplus[url] - 1
        end
      end
    end
    if not next(job.marked) then return end
  end
end
