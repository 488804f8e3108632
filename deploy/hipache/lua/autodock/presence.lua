-- Tells whoever drains a backend that this front is there, and how many requests are on
-- their way to it.
--
-- Each worker hears the question where it hears what changes (tracking.lua), so behind every
-- change that came before it: from then on it gives that backend to no request, once those
-- that are being looked up have their route. What is on its way is counted when it is asked
-- for, and costs a request nothing. The counts meet in the memory that all workers share,
-- those too that a reload replaced; whoever completes them answers for the front.

local complaint = require 'autodock.complaint'
local ffi = require 'ffi'
local lookup = require 'autodock.lookup'
local redis = require 'autodock.redis'
local resp = require 'autodock.resp'
local settings = require 'autodock.settings'
local states = require 'autodock.state'

local C = ffi.C
local find, format, gmatch, match, sub = string.find, string.format, string.gmatch, string.match, string.sub
local log, ERR, NOTICE = ngx.log, ngx.ERR, ngx.NOTICE
local shared = ngx.shared.presence

ffi.cdef [[
int kill(int pid, int sig);
]]

local _M = {}

--- Where questions are heard: a session, a number that rises in it, and URLs, with spaces.
_M.CHANNEL = settings.prefix .. 'autodock:ask'

local FRONTS = settings.prefix .. 'autodock:fronts'
local ANSWERS = settings.prefix .. 'autodock:answer:'
local ANSWER_SECONDS = '60'
local SIGN_SECONDS, GONE_MS = 5, '30000'
local ID, WORKER, COUNTED = 'id', 'worker ', 'counted by '
local NOBODY = '__asked__' -- a host that nobody has

-- By Redis' clock, as fronts on many machines compare their times.
local SIGN = [[
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], string.format('%.0f', now), ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('(%.0f', now - ARGV[2]))
return 1]]

local due = 0

-- Kept over a reload, and another one after a restart.
local function front_id()
  local id = shared:get(ID)
  if not id then
    local file = assert(io.open('/proc/sys/kernel/random/uuid'))
    shared:safe_add(ID, sub(file:read '*l', 25))
    file:close()
    id = shared:get(ID)
  end
  return id
end

local complain, is_well = complaint.about(NOTICE, 'autodock drain --wait does not know this front: ')

local function write(commands, count)
  local replies, err = redis.pipeline(commands, count)
  for _, reply in ipairs(replies or {}) do
    err = err or type(reply) == 'table' and reply.error or nil
  end
  if err then
    return complain(err)
  end
  is_well()
end

-- What all workers counted; nil if one of them has not counted yet.
local function sum(question)
  local requests, sockets = 0, 0
  for _, key in ipairs(shared:get_keys(0)) do
    local pid = match(key, '^' .. WORKER .. '(%d+)$')
    if pid and C.kill(tonumber(pid), 0) ~= 0 then
      shared:delete(key)
      shared:delete(COUNTED .. pid)
    elseif pid then
      local asked, some, open = match(shared:get(COUNTED .. pid) or '', '^(.*) (%d+) (%d+)$')
      if asked ~= question then
        return nil
      end
      requests, sockets = requests + some, sockets + open
    end
  end
  return requests, sockets
end

local function answer(session, number, urls)
  if not ngx.worker.exiting() then
    lookup.find(NOBODY) -- those that asked before have their route now
  end
  local question = session .. ' ' .. number
  local counted = format('%s %d %d', question, states.count(urls))
  shared:set(COUNTED .. ngx.worker.pid(), counted)
  local requests, sockets = sum(question)
  if requests then
    local key = ANSWERS .. session
    write({
      resp.encode { 'HSET', key, front_id(), format('%s %d %d', number, requests, sockets) },
      resp.encode { 'EXPIRE', key, ANSWER_SECONDS },
    }, 2)
  end
end

local function answer_later(premature, session, number, urls)
  if not premature then
    answer(session, number, urls)
  end
end

--- Somebody asked. Returns at once, unless this worker may begin nothing any more.
function _M.asked(text)
  local session, number, list = match(text, '^(%w+) (%d+) (.+)$')
  if not session then
    return
  end
  local urls = {}
  for url in gmatch(list, '%S+') do
    urls[url] = true
  end
  if ngx.worker.exiting() then
    return answer(session, number, urls)
  end
  local ok, err = ngx.timer.at(0, answer_later, session, number, urls)
  if not ok then
    log(ERR, 'what is on its way cannot be told: ', err)
  end
end

--- Redis does not let this front hear questions.
function _M.refused(err)
  if find(err, 'channel', 1, true) then
    complain(err)
  end
end

--- Gives a sign now and then: called at least every second while this worker hears.
function _M.sign()
  if ngx.now() < due then
    return
  end
  due = ngx.now() + SIGN_SECONDS
  write(resp.encode { 'EVAL', SIGN, '1', FRONTS, front_id(), GONE_MS }, 1)
end

--- This worker counts from now on.
function _M.start()
  shared:set(WORKER .. ngx.worker.pid(), true)
end

return _M
