-- How many of the copies of a URL are ours: others' claims come first, and ours may exceed what is there.
local function owned(job, url)
  local present = job.counts[url] or 0
  return math.max(0, math.min(present - (job.others[url] or 0), job.mine.copies[url] or 0))
end
