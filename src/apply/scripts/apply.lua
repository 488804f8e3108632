-- Applies one batch of a plan: for each vhost *these backends of mine present, all others of mine absent*, on
-- the lists, marks and claims as they are at this moment; all else stays. So it is right for any interleaving
-- with other writers, and there is nothing to compare and to retry.
--
-- KEYS[1]  autodock:owners: sorted set, owner to the score that its last pass raised
-- KEYS[2]  autodock:engine:<owner>: JSON, the record that this pass published of itself
-- ARGV[1]  the configured key prefix; all other keys are made from it, as other owners and the hosts under a
--          wildcard are known only here (Redis Cluster is out of the question: hipache reads several keys at once)
-- ARGV[2]  the owner
-- ARGV[3]  the epoch of the pass, its score and its nonce: where another one opened since, nothing is written
-- ARGV[4]  for how long a vhost is held after it lost its last backend, ms
-- ARGV[5]  backends that a list may hold: a longer one is a fault
-- ARGV[6]  what times in a claim are below
-- ARGV[7]  'all', or 'removals': add nothing, so that it works on a full Redis
-- ARGV[8]  JSON array of writes, sorted by vhost:
--          v      the vhost
--          id     identifier, used if the frontend is created
--          urls   the desired URLs, sorted by the controller: the order of Lua's < depends on the locale
--          copies how many copies of each of them
--          claim  the claim to be, as text: {"<url>": ["<short id>", once for each copy]}; '' without backends
--          opts   what fronts are asked for the vhost, as text; '': nothing; missing: what stands there stays
--          asked  a container asks for the vhost although there is no backend: hold it
--          hosts  of a wildcard: for each host with dead marks the vhosts more exact for it, itself first
--
-- Returns {'fenced'}, or {'applied', marks moved, vhosts that lack something in 'removals', result, ...} with one
-- result for each write: a kind of change, 'none', or {key, problem} of a vhost that was left alone.
--
-- EVAL does not roll back: all types and claims are looked at before the first write. Then claims that grow are
-- written first, lists and marks second, claims that shrink or go last: a crash in the middle leaves at worst
-- a claim without its entry, which the next pass mends. And a script that has written nothing yet is refused
-- for lack of memory at its first growing command: a batch that adds is refused as a whole.

-- @include "../../clients/lua/clock"
-- @include "../../clients/lua/is-fenced"
-- @include "../../clients/lua/write-first"
-- @include "parts/claim-before"
-- @include "parts/decide"
-- @include "parts/in-pieces"
-- @include "parts/index-claims"
-- @include "parts/kind-of"
-- @include "parts/observe"
-- @include "parts/options"
-- @include "parts/write-frontend"

local prefix, owner, removalsOnly = ARGV[1], ARGV[2], ARGV[7] == 'removals'
local pass = { now = clock(), holdMs = tonumber(ARGV[4]), removalsOnly = removalsOnly }
local world = {
  prefix = prefix,
  owner = owner,
  longestList = tonumber(ARGV[5]),
  latestTime = tonumber(ARGV[6]),
}

-- 1. The fence.
if isFenced(KEYS[1], KEYS[2], owner, ARGV[3]) then return { 'fenced' } end

-- 2. Every type and every claim, before anything is written.
local writes, vhosts = cjson.decode(ARGV[8]), {}
for i, write in ipairs(writes) do vhosts[i] = write.v end
observeClaims(world, KEYS[1], vhosts)

local reply, jobs, moved, lacking = { 'applied', 0, 0 }, {}, 0, 0
local first, last, gone = {}, {}, {}
for i, write in ipairs(writes) do
  local job, fault = observe(world, i, write.v)
  reply[i + 3] = fault
  if job then
    decide(job, write, pass)
    fault = decideOptions(prefix, owner, job, write, removalsOnly)
    reply[i + 3] = fault
  end
  if job and not fault then
    jobs[#jobs + 1] = job
    job.write, reply[i + 3] = write, kindOf(job)
    local early = not removalsOnly and claimBefore(job, write)
    if early then
      first[#first + 1] = write.v
      first[#first + 1] = early
    end
    if job.claim and job.claim ~= (early or job.had) then
      last[#last + 1] = write.v
      last[#last + 1] = job.claim
    elseif job.had and not job.claim then
      gone[#gone + 1] = write.v
    end
    if job.lacks then lacking = lacking + 1 end
  end
end

-- 3. Claims that grow; lists and marks; claims that shrink or go. The index tells a claim before and after it is there.
local claims = prefix .. 'autodock:owner:' .. owner
if not removalsOnly then enterClaims(prefix, owner, jobs) end
inPieces('HSET', claims, first)
if removalsOnly then writeFirst(KEYS[1]) end
enterOptions(prefix, owner, jobs)
for _, job in ipairs(jobs) do
  moved = moved + writeFrontend(prefix, job.write.v, job, job.write.hosts)
end
inPieces('HSET', claims, last)
inPieces('HDEL', claims, gone)
leaveOptions(prefix, owner, jobs)
leaveClaims(prefix, owner, jobs)
reply[2], reply[3] = moved, lacking
return reply
