-- The old and the new claim together, as text. Of a member that stands there twice the last counts, so that the
-- two can be put one behind the other, unless a URL stays with fewer copies.
local function bothClaims(job, write)
  local fewer = false
  for url, n in pairs(job.wanted) do fewer = fewer or n < (job.mine.copies[url] or 0) end
  local old, new = string.match(job.had, '^%s*{(.+)}%s*$'), string.match(write.claim, '^{(.+)}$')
  if old and new and not fewer then return '{' .. old .. ',' .. new .. '}' end
  local both = cjson.decode(write.claim)
  for url, ids in pairs(job.mine.ids) do
    if #ids > (job.wanted[url] or 0) then both[url] = ids end
  end
  return cjson.encode(both)
end

-- What has to be claimed before the list is written, so that no entry of ours is ever without its claim:
-- where a vhost gains and loses, the old and the new together. nil: nothing.
local function claimBefore(job, write)
  if not job.claim or job.claim == job.had then return nil end
  if #job.from == 0 then return not job.mine.backed and job.claim or nil end
  local gains, loses = false, false
  for url, n in pairs(job.mine.copies) do loses = loses or n > (job.wanted[url] or 0) end
  for url, n in pairs(job.wanted) do gains = gains or n > (job.mine.copies[url] or 0) end
  if not gains then return nil end
  return loses and bothClaims(job, write) or job.claim
end
