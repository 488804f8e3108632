-- One round trip to Redis, and the knowledge whether Redis is there.
--
-- The first failure turns this worker to "away": from then on every request
-- is told so at once (and is served from the last known routes) instead of
-- waiting for a timeout of its own, while a timer asks for a PONG until one
-- comes.

local address = require 'autodock.address'
local connection = require 'autodock.connection'
local conversation = require 'autodock.conversation'
local counters = require 'autodock.counters'
local recur = require 'autodock.recur'
local redis_tls = require 'autodock.redis_tls'
local resp = require 'autodock.resp'

local match = string.match
local log = ngx.log
local NOTICE, ERR = ngx.NOTICE, ngx.ERR

local _M = {}

local IDLE_MS = 60000
local PROBE_SECONDS = 0.2
local AWAY_SINCE = 'redis away since'

-- Shared: over a reload, an outage goes on.
local state = ngx.shared.counters

local away -- why Redis is away; nil while it answers
local told = {} -- which reasons of this outage the log has
local asked = false -- whether it was, at all
local look_now
local refusal = function() end
local doubted = false -- it may be another one, or have other data

-- The last value says whether the connection had served before: then a failure
-- may only mean that Redis closed it meanwhile, and a fresh one is worth a try.
local function exchange(commands, count)
  local sock, reused, where = connection.open()
  if not sock then
    return nil, reused, false
  end
  local replies, err = conversation.exchange(sock, commands, count)
  if replies then
    sock:setkeepalive(IDLE_MS)
    return replies
  end
  sock:close()
  local stale = reused and err ~= 'timeout'
  if not stale then
    address.avoid(where)
  end
  return nil, err, stale
end

-- The last value says whether a connection that had served before was found closed.
local function round_trip(commands, count)
  local replies, err, stale
  local was_stale = false
  repeat
    replies, err, stale = exchange(commands, count)
    was_stale = was_stale or stale
    if not replies then
      connection.leave_event()
    end
  until replies or not stale
  return replies, err, was_stale
end

--- Asks Redis now, whatever was known: true, or nil and why not.
function _M.ping()
  local replies, err = round_trip(resp.encode { 'PING' }, 1)
  if not replies then
    return nil, err
  end
  return replies[1] == 'PONG', replies[1].error
end

local function tell(reason)
  told[reason] = true
  log(ERR, 'Redis is away (', reason, '): the last known routes are served')
end

local function answers()
  if away then
    away, told = nil, {}
    log(NOTICE, 'Redis is back')
  end
  state:delete(AWAY_SINCE)
  counters.tell('redis up', 1)
end

-- What Redis itself says, and what TLS fails of, lasts until somebody mends it.
local function is_to_be_mended(err)
  return err and (match(err, '^%u+ ') ~= nil or redis_tls.is_to_be_mended(err))
end

local function look()
  if asked and not away then
    return
  end
  local pong, err = _M.ping()
  asked = true
  if pong and away then
    err = refusal(round_trip)
    pong = not err
  end
  if pong then
    answers()
  elseif not away then
    _M.failed(err)
  elseif is_to_be_mended(err) and not told[err] then
    -- Whatever was the reason before; once in an outage.
    away = err
    tell(err)
  end
end

--- Asks once, so that a worker knows before the first request does, and then whenever
-- Redis is away whether it is back.
function _M.start()
  look_now = recur.every(PROBE_SECONDS, 'asking whether Redis is there', look)
  recur.soon(look_now)
end

--- Takes note that Redis cannot be used, and why. Logged once per outage, and besides what is to be mended.
function _M.failed(err)
  counters.count('redis failures')
  if away then
    return
  end
  away = err or 'unknown error'
  state:add(AWAY_SINCE, ngx.now())
  counters.tell('redis up', 0)
  tell(away)
  recur.soon(look_now) -- it may have been a hiccup
end

--- One that answers again counts as away for as long as this says why.
-- @param says called with a function that sends commands and returns their replies, as `pipeline` does
function _M.admit_unless(says)
  refusal = says
end

--- A connection has ended that was to last: before anything is asked again, it is asked whether it is to be used.
function _M.doubt()
  doubted = true
end

local function settle_doubt()
  local err = refusal(round_trip)
  doubted = false
  if err then
    _M.failed(err)
  end
end

--- Sends encoded commands (a string or an array of them) and returns their
-- `count` replies; nil and the reason at once while Redis is away.
function _M.pipeline(commands, count)
  if doubted and not away then
    settle_doubt()
  end
  if away then
    return nil, away
  end
  local replies, err, was_stale = round_trip(commands, count)
  if not replies then
    _M.failed(err)
  elseif was_stale then
    settle_doubt() -- this may be the first that is heard of its end
    if away then
      return nil, away
    end
  end
  return replies, err
end

--- Why this worker does without Redis; nil when it does not.
function _M.away()
  return away
end

--- For how many seconds Redis has been away from any worker; 0 when it is not.
function _M.away_seconds()
  local since = away and state:get(AWAY_SINCE)
  return since and ngx.now() - since or 0
end

return _M
