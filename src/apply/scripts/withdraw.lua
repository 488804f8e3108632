-- Takes out of some vhosts what an owner claims there for containers that are known to be gone, though the owner cannot
-- tell: newer containers of other owners have their seats. On lists, marks and claims as they are at this moment; all
-- else stays. An owner that lives decides the same by itself.
--
-- KEYS[1]  autodock:owners: sorted set, whose members are the owners
-- ARGV[1]  the configured key prefix
-- ARGV[2]  the owner of those containers
-- ARGV[3]  backends that a list may hold: a longer one is a fault
-- ARGV[4]  what times in a claim are below
-- ARGV[5]  for how long a vhost is held that lost its last backend, ms
-- ARGV[6]  JSON object: short id of each of those containers to true
-- ARGV[7]  JSON array of {v = the vhost, hosts = see apply.lua}
--
-- Returns a result for each vhost: a kind of change, 'none', or {key, problem} of a vhost that was left alone.

-- @include "../../clients/lua/clock"
-- @include "../../clients/lua/write-first"
-- @include "parts/decide"
-- @include "parts/in-pieces"
-- @include "parts/index-claims"
-- @include "parts/kind-of"
-- @include "parts/observe"
-- @include "parts/options"
-- @include "parts/write-frontend"

local prefix, owner, gone = ARGV[1], ARGV[2], cjson.decode(ARGV[6])
local world = { prefix = prefix, owner = owner, longestList = tonumber(ARGV[3]), latestTime = tonumber(ARGV[4]) }
-- Nothing grows: what is left of the claim is part of it.
local pass = { now = clock(), holdMs = tonumber(ARGV[5]), removalsOnly = true }
local writes, vhosts = cjson.decode(ARGV[7]), {}
for i, write in ipairs(writes) do vhosts[i] = write.v end
observeClaims(world, KEYS[1], vhosts)

-- What is claimed for others; whether that is less than all.
local function rest(job)
  local claim, isLess = {}, false
  for url, ids in pairs(job.mine.ids) do
    local left = {}
    for _, id in ipairs(ids) do
      if not gone[id] then left[#left + 1] = id end
    end
    isLess = isLess or #left < #ids
    if #left > 0 then claim[url] = left end
  end
  return claim, isLess
end

local reply, jobs, fewer, none = {}, {}, {}, {}
for i, write in ipairs(writes) do
  local job, fault = observe(world, i, write.v)
  reply[i] = fault or 'none'
  local claim, isLess = {}, false
  if job then claim, isLess = rest(job) end
  if isLess then
    local wanted = { v = write.v, id = write.v, urls = {}, copies = {}, claim = cjson.encode(claim), asked = false }
    for url, ids in pairs(claim) do
      wanted.urls[#wanted.urls + 1], wanted.copies[#wanted.copies + 1] = url, #ids
    end
    decide(job, wanted, pass)
    job.write, reply[i], jobs[#jobs + 1] = write, kindOf(job), job
    job.asksNoMore = job.isAsking and not job.claim
    if job.claim then
      fewer[#fewer + 1], fewer[#fewer + 2] = write.v, job.claim
    else
      none[#none + 1] = write.v
    end
  end
end

-- Lists first: a crash in the middle leaves at worst a claim without its entry.
local claims = prefix .. 'autodock:owner:' .. owner
writeFirst(KEYS[1])
for _, job in ipairs(jobs) do writeFrontend(prefix, job.write.v, job, job.write.hosts) end
inPieces('HSET', claims, fewer)
inPieces('HDEL', claims, none)
leaveOptions(prefix, owner, jobs)
leaveClaims(prefix, owner, jobs)
return reply
