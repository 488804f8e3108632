-- @include "sequences"

local function sameCopies(a, b)
  for url, n in pairs(a) do
    if n ~= b[url] then return false end
  end
  for url in pairs(b) do
    if not a[url] then return false end
  end
  return true
end

-- The claim of `copies`, which may be fewer than the write asks for; nil: none. One that says the same as the one
-- that is there keeps its text.
local function claimOfFewer(copies, job, write)
  if not next(copies) then return nil end
  if sameCopies(copies, job.mine.copies) then return job.had end
  local ids, claim = cjson.decode(write.claim), {}
  for url, n in pairs(copies) do claim[url] = upTo(ids[url], n) end
  return cjson.encode(claim)
end
