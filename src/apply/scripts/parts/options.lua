-- What the containers of an owner ask of fronts for a vhost: a field of the hash `autodock:options:<vhost>`. It is
-- there only beside a claim, and where it is, the index has a member `<owner> options` besides: so a vhost of which
-- nobody asks anything costs nothing.
local function optionsKey(prefix, vhost) return prefix .. 'autodock:options:' .. vhost end

-- Decides what becomes of ours: fills in asks (the text to be) or asksNoMore; and lacks. Returns the fault, if there
-- is one: {key, problem}.
local function decideOptions(prefix, owner, job, write, removalsOnly)
  if not job.claim or write.opts == '' then
    job.asksNoMore = job.isAsking
    return nil
  elseif not write.opts then
    return nil
  end
  local key = optionsKey(prefix, write.v)
  local had = redis.pcall('HMGET', key, owner)
  if had.err then
    return { key, 'holds a value of type ' .. redis.call('TYPE', key).ok .. ', not a hash' }
  elseif had[1] == write.opts and job.isAsking then
    return nil
  elseif removalsOnly then
    job.lacks = true
  else
    job.asks = write.opts
  end
  return nil
end

-- Before the lists: no request is to reach a backend in a way that it does not understand.
local function enterOptions(prefix, owner, jobs)
  for _, job in ipairs(jobs) do
    if job.asks then
      redis.call('SADD', prefix .. 'autodock:claims:' .. job.write.v, owner .. ' options')
      redis.call('HSET', optionsKey(prefix, job.write.v), owner, job.asks)
    end
  end
end

-- After them, also those of others whose claim was lost. A key that holds something else is left alone.
local function leaveOptions(prefix, owner, jobs)
  for _, job in ipairs(jobs) do
    if job.asksNoMore then job.askers[#job.askers + 1] = owner end
    for _, name in ipairs(job.askers) do
      redis.pcall('HDEL', optionsKey(prefix, job.write.v), name)
      redis.call('SREM', prefix .. 'autodock:claims:' .. job.write.v, name .. ' options')
    end
  end
end
