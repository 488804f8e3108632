-- The URL of `missing` that this entry stands for in another spelling: with a slash behind, or without `:80`.
local function otherSpellingOf(text, missing)
  if string.find(text, ':%d+$') then return nil end
  local bare = string.match(text, '^(.*)/$')
  if bare and missing[bare] then return bare end
  local full = (bare or text) .. ':80'
  return missing[full] and full or nil
end

-- Counts what is still to be added: {url = number}. Foreign copies of the same text count as present; foreign
-- copies in another spelling are rewritten where they stand, the lowest first.
local function adopt(job, row, wanted)
  local missing = {}
  for url, copies in pairs(wanted) do
    local n = copies + (job.others[url] or 0) - (job.counts[url] or 0)
    if n > 0 then missing[url] = n end
  end
  if not next(missing) then return missing end
  local foreign = {}
  for position, text in ipairs(job.entries) do
    local url = row[position] and otherSpellingOf(text, missing)
    if url then
      local taken = (job.others[text] or 0) + (job.mine.copies[text] or 0)
      local left = foreign[text] or job.counts[text] - taken
      if left > 0 and missing[url] > 0 then
        row[position], foreign[text], missing[url] = url, left - 1, missing[url] - 1
      end
    end
  end
  return missing
end
