-- A person's change of one vhost (hipachectl), on list, marks and claims as they are at this moment. There is no
-- owner and no epoch: nothing is fenced and nothing claimed, so that what it adds is foreign to every owner. A URL
-- to add that stands there already, whoever claims it, is not added again.
--
-- KEYS[1]  autodock:owners: sorted set, whose members are the owners
-- ARGV[1]  the configured key prefix, of which all other keys are made
-- ARGV[2]  backends that a list may hold: a longer one is a fault
-- ARGV[3]  what times in a claim are below
-- ARGV[4]  JSON of the edit:
--          v      the vhost
--          id     identifier, used if the frontend is created
--          urls   the URLs that are to come
--          take   texts of entries that are to go, or
--          all    every entry is
--          force  also those that an owner claims; what is claimed is spared otherwise
--          hosts  of a wildcard: for each host with dead marks the vhosts more exact for it, itself first
--
-- Returns {result, spared}: a kind of change, 'none', or {key, problem} of a vhost that was left alone; and how
-- many entries were to go and stay because an owner claims them.

-- @include "parts/decide-edit"
-- @include "parts/kind-of"
-- @include "parts/observe"
-- @include "parts/write-frontend"

local edit = cjson.decode(ARGV[4])
local world = { prefix = ARGV[1], longestList = tonumber(ARGV[2]), latestTime = tonumber(ARGV[3]) }
observeClaims(world, KEYS[1], { edit.v })
local job, fault = observe(world, 1, edit.v)
if not job then return { fault, 0 } end

local spared = decideEdit(job, edit)
writeFrontend(world.prefix, edit.v, job, edit.hosts)
return { kindOf(job), spared }
