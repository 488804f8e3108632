-- Tells in the index what will be claimed and is not told there.
local function enterClaims(prefix, owner, jobs)
  for _, job in ipairs(jobs) do
    if job.claim and not job.isTold then redis.call('SADD', prefix .. 'autodock:claims:' .. job.write.v, owner) end
  end
end

-- Takes out of the index what is claimed no more, by us or by others.
local function leaveClaims(prefix, owner, jobs)
  for _, job in ipairs(jobs) do
    local key = prefix .. 'autodock:claims:' .. job.write.v
    if job.isTold and not job.claim then redis.call('SREM', key, owner) end
    if #job.without > 0 then redis.call('SREM', key, unpack(job.without)) end
  end
end
