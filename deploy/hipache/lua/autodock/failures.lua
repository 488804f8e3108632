-- The last failures of each vhost's backends, for people: `autodock explain HOST` reads them.
--
-- A list in Redis for each vhost, the newest first, of bounded length and for a day. One
-- failure in ten seconds is enough of each kind, so that a backend that fails every request
-- does not write for each; a timer writes, so that no request waits.

local complaint = require 'autodock.complaint'
local generations = require 'autodock.generations'
local json = require 'autodock.json'
local recur = require 'autodock.recur'
local redis = require 'autodock.redis'
local resp = require 'autodock.resp'
local settings = require 'autodock.settings'

local now = ngx.now

local _M = {}

local KEPT, KEPT_SECONDS = '10', '86400'
local PAUSE_SECONDS, WRITE_SECONDS = 10, 1
local MOST_WAITING, MOST_KINDS = 100, 1000
local COMMANDS_EACH = 3

local noted = generations.new(MOST_KINDS) -- when each kind was
local waiting = {}

local complain, is_well = complaint.about(ngx.WARN, 'the last failures of backends cannot be kept: ')

-- How many milliseconds Redis' clock is before this one. Whoever reads a failure compares its time with that of Redis.
local function difference()
  local replies, err = redis.pipeline(resp.encode { 'TIME' }, 1)
  local time = replies and replies[1]
  if not time or time.error then
    return nil, time and time.error or err
  end
  ngx.update_time()
  return time[1] * 1000 + math.floor(time[2] / 1000) - now() * 1000
end

local function commands_of(failure, ahead)
  local key = settings.prefix .. 'autodock:failures:' .. failure.vhost
  local at = string.format('%d', failure.at * 1000 + ahead) + 0
  local text = tostring(json.object { { 'at', at }, unpack(failure.about) })
  return resp.encode { 'LPUSH', key, text } .. resp.encode { 'LTRIM', key, '0', KEPT - 1 .. '' }
    .. resp.encode { 'EXPIRE', key, KEPT_SECONDS }
end

local function first_error(replies)
  for _, reply in ipairs(replies) do
    if type(reply) == 'table' and reply.error then
      return reply.error
    end
  end
end

local function write_all(failures)
  local ahead, err = difference()
  if not ahead then
    return err
  end
  local commands = {}
  for i, failure in ipairs(failures) do
    commands[i] = commands_of(failure, ahead)
  end
  local replies, why = redis.pipeline(commands, COMMANDS_EACH * #commands)
  if not replies then
    return why
  end
  return first_error(replies)
end

local function write()
  if #waiting == 0 or redis.away() then
    return
  end
  local failures = waiting
  waiting = {}
  local err = write_all(failures)
  if not err then
    is_well()
  elseif not redis.away() then
    complain(err)
  end
end

-- `about`: further members of the record.
local function keep(vhost, url, reason, about)
  local kind = vhost .. ' ' .. reason .. ' ' .. url
  local last = noted:get(kind)
  if last and last + PAUSE_SECONDS > now() or #waiting >= MOST_WAITING then
    return
  end
  noted:set(kind, now())
  waiting[#waiting + 1] = {
    vhost = vhost, at = now(), about = { { 'reason', reason }, { 'backend', url }, unpack(about) },
  }
end

--- Takes note that a request has no answer of its backend.
-- @param status what the client gets
function _M.note(state, status, reason)
  keep(state.route.vhost, state.backend.url, reason, {
    { 'host', state.host }, { 'method', ngx.req.get_method() }, { 'status', status },
  })
end

--- Takes note that a backend of a vhost accepts no connection, and so gets no requests.
function _M.note_unproven(vhost, url)
  keep(vhost, url, 'unproven', { { 'host', vhost } })
end

--- Begins to write, and goes on as long as this worker lives.
function _M.start()
  recur.every(WRITE_SECONDS, 'keeping failures of backends', write)
end

return _M
