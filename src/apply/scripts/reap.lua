-- Takes what a lapsed owner has out of some vhosts, on lists, marks and claims as they are at this moment; nothing of any
-- other owner changes. Its claims stay, marked, so that it finds itself again.
--
-- KEYS[1]  autodock:owners           sorted set: owner to its score
-- KEYS[2]  autodock:engine:<owner>   JSON: the record of the lapsed owner
-- ARGV[1]  the configured key prefix
-- ARGV[2]  the lapsed owner
-- ARGV[3]  who found it lapsed: where its record does not say so any more, nothing is written
-- ARGV[4]  backends that a list may hold: a longer one is a fault
-- ARGV[5]  what times in a claim are below
-- ARGV[6]  for how long a pass counts of an owner that publishes no lease, ms
-- ARGV[7]  'look': write nothing, and tell what would be; 'others': where a live owner's or a foreign backend stays;
--          'all': its last backends too
-- ARGV[8]  JSON array of {v = the vhost, hosts = see apply.lua}
--
-- Returns {'returned'}, or {'reaped', result, ...} with one result for each vhost: a kind of change; 'last': no live
-- owner's or foreign backend stands there beside it; 'none': it has nothing there; or {key, problem}.

-- @include "../../clients/lua/clock"
-- @include "../../clients/lua/decode-object"
-- @include "../../clients/lua/lease"
-- @include "../../clients/lua/redis-run"
-- @include "../../clients/lua/write-first"
-- @include "parts/decide"
-- @include "parts/in-pieces"
-- @include "parts/index-claims"
-- @include "parts/kind-of"
-- @include "parts/lapsed-claim"
-- @include "parts/observe"
-- @include "parts/options"
-- @include "parts/stands-beside"
-- @include "parts/write-frontend"

local prefix, owner, mode = ARGV[1], ARGV[2], ARGV[7]
local record = decodeObject(redis.call('GET', KEYS[2]))
local lapsed = record and record.lapsed
if type(lapsed) ~= 'table' or lapsed.by ~= ARGV[3] then return { 'returned' } end

local world = { prefix = prefix, owner = owner, longestList = tonumber(ARGV[4]), latestTime = tonumber(ARGV[5]) }
world.times = { now = clock(), run = redisRun(), patienceMs = tonumber(ARGV[6]) }
local pass = { now = world.times.now, holdMs = 0, removalsOnly = false }
local writes, vhosts = cjson.decode(ARGV[8]), {}
for i, write in ipairs(writes) do vhosts[i] = write.v end
observeClaims(world, KEYS[1], vhosts)

local reply, jobs, marked, gone = { 'reaped' }, {}, {}, {}
for i, write in ipairs(writes) do
  local job, fault = observe(world, i, write.v)
  local has = job and (job.mine.backed or job.mine.held)
  reply[i + 1] = fault or 'none'
  if has and mode ~= 'all' and not standsBeside(job, world, KEYS[1], i) then
    reply[i + 1] = 'last'
  elseif has then
    decide(job, { v = write.v, id = write.v, urls = {}, copies = {}, claim = '', asked = false }, pass)
    job.write, reply[i + 1] = write, kindOf(job)
    job.claim, job.asksNoMore = lapsedClaim(job.mine), job.isAsking
    jobs[#jobs + 1] = job
    if job.claim then
      marked[#marked + 1] = write.v
      marked[#marked + 1] = job.claim
    else
      gone[#gone + 1] = write.v
    end
  end
end
if mode == 'look' then return reply end

-- Lists first: a crash in the middle leaves at worst a claim without its entry.
local claims = prefix .. 'autodock:owner:' .. owner
writeFirst(KEYS[1])
for _, job in ipairs(jobs) do writeFrontend(prefix, job.write.v, job, job.write.hosts) end
inPieces('HSET', claims, marked)
inPieces('HDEL', claims, gone)
leaveOptions(prefix, owner, jobs)
leaveClaims(prefix, owner, jobs)
return reply
