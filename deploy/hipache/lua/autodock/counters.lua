-- What this front counts. Each worker counts in plain tables, and adds them to
-- the memory that all workers share once a second: a request takes no lock.

local recur = require 'autodock.recur'
local settings = require 'autodock.settings'
local states = require 'autodock.state'

local find, floor = string.find, math.floor
local shared, vhosts = ngx.shared.counters, ngx.shared.vhosts

local _M = {}

local FLUSH_SECONDS = 1
local WAITING, GRACE_SECONDS = 'waiting in ', 10

--- Upper bounds of the histogram of request times, in seconds.
_M.BOUNDS = { 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10 }

--- The same of the times that requests waited for a backend.
_M.WAIT_BOUNDS = { 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30 }

local bounds = _M.BOUNDS
-- Since the last flush; the ones of every request by number.
local counts, by_vhost = {}, {}
local classes, buckets, seconds, hits = {}, {}, 0, 0
for class = 1, 5 do
  classes[class] = 0
end
for bucket = 1, #bounds + 1 do
  buckets[bucket] = 0
end

--- One more of what has this name.
function _M.count(name)
  counts[name] = (counts[name] or 0) + 1
end

--- A route was found in the cache.
function _M.hit()
  hits = hits + 1
end

--- A request was answered, after so many seconds, by a vhost (nil if none).
function _M.answered(status, taken, vhost)
  local bucket = 1
  while bounds[bucket] and taken > bounds[bucket] do
    bucket = bucket + 1
  end
  buckets[bucket] = buckets[bucket] + 1
  local class = floor(status / 100)
  class = classes[class] and class or 5
  classes[class] = classes[class] + 1
  seconds = seconds + taken
  if settings.metrics_vhost and vhost then
    local name = class .. 'xx ' .. vhost
    by_vhost[name] = (by_vhost[name] or 0) + 1
  end
end

--- A request waited so many seconds for a backend.
function _M.waited(taken)
  local bucket = 1
  while _M.WAIT_BOUNDS[bucket] and taken > _M.WAIT_BOUNDS[bucket] do
    bucket = bucket + 1
  end
  _M.count('waited ' .. bucket)
  counts['waited seconds'] = (counts['waited seconds'] or 0) + taken
end

--- A state of this worker, 1 or 0 or an amount, as of now.
function _M.tell(name, value)
  shared:set(name .. ' ' .. ngx.worker.id(), value)
end

--- What a worker told of itself; 0 if it has not yet.
function _M.told(name, worker)
  return shared:get(name .. ' ' .. worker) or 0
end

--- Whether a state is 1 for all workers.
function _M.all(name)
  for worker = 0, ngx.worker.count() - 1 do
    if _M.told(name, worker) ~= 1 then
      return 0
    end
  end
  return 1
end

--- So many requests wait in this worker. Those of one that a reload replaced count as well;
-- what one told that was killed is not true for longer than a request waits.
function _M.tell_waiting(count)
  shared:set(WAITING .. ngx.worker.pid(), count, settings.hold + GRACE_SECONDS)
end

--- How many requests wait now.
function _M.waiting()
  local sum = 0
  for _, key in ipairs(shared:get_keys(0)) do
    if find(key, WAITING, 1, true) == 1 then
      sum = sum + (shared:get(key) or 0)
    end
  end
  return sum
end

--- The sum of a counter over all workers, at most a second old.
function _M.total(name)
  return shared:get(name) or 0
end

--- Requests by vhost, as { ['2xx a.com'] = 3 }.
function _M.by_vhost()
  local totals = {}
  for _, name in ipairs(vhosts:get_keys(0)) do
    totals[name] = vhosts:get(name)
  end
  return totals
end

local function add(name, by)
  if by > 0 then
    shared:incr(name, by, 0)
  end
end

local function flush()
  for class, count in ipairs(classes) do
    add('status ' .. class, count)
    classes[class] = 0
  end
  for bucket, count in ipairs(buckets) do
    add('bucket ' .. bucket, count)
    buckets[bucket] = 0
  end
  add('seconds', seconds)
  add('cache hits', hits)
  seconds, hits = 0, 0
  for name, count in pairs(counts) do
    add(name, count)
  end
  for name, count in pairs(by_vhost) do
    vhosts:incr(name, count, 0)
  end
  counts, by_vhost = {}, {}
end

--- Begins to share what this worker counts, also of what it ends after a reload.
function _M.start()
  _M.tell('tracking up', 0)
  recur.every(FLUSH_SECONDS, 'adding up what is counted', flush, states.any)
end

return _M
