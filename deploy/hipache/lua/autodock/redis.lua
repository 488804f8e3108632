-- One round trip to Redis, and the knowledge whether Redis is there.
--
-- The first failure turns this worker to "away": from then on every request
-- is told so at once (and is served from the last known routes) instead of
-- waiting for a timeout of its own, while a timer asks for a PONG until one
-- comes.

local resp = require 'autodock.resp'
local settings = require 'autodock.settings'

local tcp, log = ngx.socket.tcp, ngx.log
local NOTICE, ERR = ngx.NOTICE, ngx.ERR

local _M = {}

local IDLE_MS = 60000
-- Further lookups of a worker wait for one of these: more connections would not
-- be answered faster, and a burst of them would overrun Redis' listening queue.
local POOL = { pool_size = 64, backlog = 8192 }
local CHUNK_BYTES = 65536
local PROBE_SECONDS = 0.2

local away -- why Redis is away; nil while it answers

local function connect()
  local sock = tcp()
  sock:settimeout(settings.redis_timeout_ms)
  local ok, err
  if settings.redis_port then
    ok, err = sock:connect(settings.redis_host, settings.redis_port, POOL)
  else
    ok, err = sock:connect(settings.redis_host, POOL)
  end
  return ok and sock, err
end

-- Reads `count` replies; receiveany gives whatever has arrived.
local function read(sock, count)
  local buffer, from, replies = '', 1, {}
  while #replies < count do
    local chunk, err = sock:receiveany(CHUNK_BYTES)
    if not chunk then
      return nil, err
    end
    buffer = buffer .. chunk
    while #replies < count do
      local reply, after, broken = resp.parse(buffer, from)
      if broken then
        return nil, broken
      elseif reply == nil then
        break
      end
      replies[#replies + 1], from = reply, after
    end
  end
  return replies
end

-- The last value says whether the connection had served before: then a failure
-- may only mean that Redis closed it meanwhile, and a fresh one is worth a try.
local function exchange(commands, count)
  local sock, err = connect()
  if not sock then
    return nil, err, false
  end
  local reused = (sock:getreusedtimes() or 0) > 0
  local sent, replies
  sent, err = sock:send(commands)
  if sent then
    replies, err = read(sock, count)
  end
  if replies then
    sock:setkeepalive(IDLE_MS)
    return replies
  end
  sock:close()
  return nil, err, reused and err ~= 'timeout'
end

local function round_trip(commands, count)
  local replies, err, stale
  repeat
    replies, err, stale = exchange(commands, count)
    if not replies then
      -- Leaves the event that closed this connection. nginx tells events of a
      -- closed connection by one bit, so one that is closed, opened, closed and
      -- opened again within one event would be taken for the first: a backend
      -- that does not answer would be "connected", and wait for its send timeout.
      ngx.sleep(0)
    end
  until replies or not stale
  return replies, err
end

--- Asks Redis now, whatever was known: true, or nil and why not.
function _M.ping()
  local replies, err = round_trip(resp.encode { 'PING' }, 1)
  if not replies then
    return nil, err
  end
  return replies[1] == 'PONG', replies[1].error
end

local function probe(premature)
  if premature then
    return
  end
  if _M.ping() then
    away = nil
    log(NOTICE, 'Redis is back')
    return
  end
  ngx.timer.at(PROBE_SECONDS, probe)
end

--- Takes note that Redis cannot be used, and why. Logged once per outage.
function _M.failed(err)
  if away then
    return
  end
  away = err or 'unknown error'
  log(ERR, 'Redis is away (', away, '): the last known routes are served')
  ngx.timer.at(0, probe) -- it may have been a hiccup
end

--- Sends encoded commands (a string or an array of them) and returns their
-- `count` replies; nil and the reason at once while Redis is away.
function _M.pipeline(commands, count)
  if away then
    return nil, away
  end
  local replies, err = round_trip(commands, count)
  if not replies then
    _M.failed(err)
  end
  return replies, err
end

--- Why this worker does without Redis; nil when it does not.
function _M.away()
  return away
end

return _M
