-- Tells whoever drains a backend how many requests are on their way to it.
--
-- Each worker hears the question where it hears what changes (tracking.lua), so behind every
-- change that came before it: from then on it gives that backend to no request, once those
-- that are being looked up have their route. What is on its way is counted when it is asked
-- for, and costs a request nothing. The counts meet in the memory that all workers share,
-- those too that a reload replaced; whoever completes them answers for the front.

local ffi = require 'ffi'
local lookup = require 'autodock.lookup'
local resp = require 'autodock.resp'
local settings = require 'autodock.settings'
local sign = require 'autodock.sign'
local states = require 'autodock.state'

local C = ffi.C
local find, format, gmatch, match = string.find, string.format, string.gmatch, string.match
local log, ERR = ngx.log, ngx.ERR
local shared = ngx.shared.presence

ffi.cdef [[
int kill(int pid, int sig);
]]

local _M = {}

--- Where questions are heard: a session, a number that rises in it, and URLs, with spaces.
_M.CHANNEL = settings.prefix .. 'autodock:ask'

local ANSWERS = settings.prefix .. 'autodock:answer:'
local ANSWER_SECONDS = '60'
local WORKER, COUNTED = 'worker ', 'counted by '
local NOBODY = '__asked__' -- a host that nobody has

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
    sign.write({
      resp.encode { 'HSET', key, sign.id(), format('%s %d %d', number, requests, sockets) },
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
    sign.complain(err)
  end
end

--- This worker counts from now on.
function _M.start()
  shared:set(WORKER .. ngx.worker.pid(), true)
end

return _M
