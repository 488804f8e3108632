-- Lookups that come together share one round trip to Redis.
--
-- One timer asks for all that were gathered while the last answer was under
-- way; a request only waits. So a busy worker reads and writes once for many
-- lookups, has one question under way at a time (which is what the cache
-- relies on), and an aborted request leaves nothing behind.

local answer = require 'autodock.answer'
local boot = require 'autodock.boot'
local cache = require 'autodock.cache'
local counters = require 'autodock.counters'
local lastknown = require 'autodock.lastknown'
local question = require 'autodock.question'
local redis = require 'autodock.redis'
local semaphore = require 'ngx.semaphore'
local settings = require 'autodock.settings'
local sign = require 'autodock.sign'

local log, ERR = ngx.log, ngx.ERR

local _M = {}

-- After this much idleness the timer ends; the next lookup starts another.
local LINGER_SECONDS = 1
-- Nobody waits longer than for a batch under way and the one after it, of two round trips each.
local PATIENCE_SECONDS = 4 * settings.redis_timeout_ms / 1000 + 1

local gathered -- the batch that has not been sent yet
local running, idle = false, false
local wake = semaphore.new()

local function new_batch()
  return { hosts = {}, by_host = {}, waiting = 0, done = semaphore.new() }
end

local function exchange(questions)
  local commands, count = {}, 0
  for i, asked in ipairs(questions) do
    commands[i], count = asked.commands, count + asked.replies
  end
  cache.watch()
  lastknown.watch()
  return redis.pipeline(commands, count)
end

-- Finds the routes of these hosts; returns the hosts of which everything has to be asked.
local function ask(batch, hosts, whole)
  sign.before_lists()
  local ttls, questions, again = cache.listens(), {}, {}
  for i, host in ipairs(hosts) do
    questions[i] = question.about(host, ttls, whole)
  end
  local is_told = boot.look()
  local held = boot.holds()
  local replies = is_told and exchange(questions)
  if replies and held and not boot.holds() then
    return hosts -- what they say may be older than what ended that
  end
  local offset = 0
  for _, asked in ipairs(questions) do
    local route
    if replies then
      route = answer.read(asked, replies, offset)
    else
      route = answer.last_known(asked)
    end
    if route then
      batch.by_host[asked.host] = route
    else
      again[#again + 1] = asked.host
    end
    offset = offset + asked.replies
  end
  return again
end

local function settle(batch)
  local again = ask(batch, batch.hosts, false)
  if #again > 0 then
    ask(batch, again, true)
  end
end

local function settle_gathered()
  while gathered do
    local batch = gathered
    gathered = nil
    local ok, err = pcall(settle, batch)
    if not ok then
      log(ERR, 'a lookup failed: ', err)
    end
    batch.done:post(batch.waiting)
  end
end

local function run()
  repeat
    settle_gathered()
    idle = true
    local woken = not ngx.worker.exiting() and wake:wait(LINGER_SECONDS)
    idle = false
  until not woken and not gathered
  running = false
end

local function ensure_running()
  if idle then
    idle = false
    wake:post()
  elseif not running then
    local ok, err = ngx.timer.at(0, run)
    running = ok
    if not ok then
      log(ERR, 'no lookup can be made: ', err)
    end
  end
end

--- The route for a host (answer.lua), asked of Redis now.
function _M.find(host)
  counters.count('lookups')
  if redis.away() then
    return answer.last_known(question.candidates(host))
  end
  local batch = gathered or new_batch()
  gathered = batch
  if not batch.by_host[host] then
    batch.by_host[host] = true
    batch.hosts[#batch.hosts + 1] = host
  end
  batch.waiting = batch.waiting + 1
  ensure_running()
  batch.done:wait(PATIENCE_SECONDS)
  local route = batch.by_host[host]
  return type(route) == 'table' and route or answer.last_known(question.candidates(host))
end

return _M
