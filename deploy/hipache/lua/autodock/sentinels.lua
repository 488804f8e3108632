-- Which Redis is the master, as Sentinels say.
--
-- One worker asks all of them, twice a second, and the memory that all workers share says
-- what it heard. Where they differ the highest epoch counts, so that one that has not heard
-- of a failover does not lead back. In a planned failover the Sentinel that leads names the
-- new master 5 s before it publishes `+switch-master`, so asking is sooner than listening.

local conversation = require 'autodock.conversation'
local names = require 'autodock.names'
local recur = require 'autodock.recur'
local redis_tls = require 'autodock.redis_tls'
local resp = require 'autodock.resp'
local settings = require 'autodock.settings'

local find, format, match = string.find, string.format, string.match
local tcp = ngx.socket.tcp
local shared = ngx.shared.counters

local _M = {}

local LOOK_SECONDS = 0.5
local ASKER = 0
local IDLE_MS = 60000
-- What a Sentinel said counts for so long.
local STALE_SECONDS = 5
local MASTER, SAID = 'redis master', 'sentinel '

local sentinels = settings.redis_sentinels -- { { host, port }, ... }, or nil

-- The epoch first: if a failover comes in between, its master is named with an epoch that
-- is too low, not too high.
local QUESTION = sentinels and resp.encode { 'SENTINEL', 'MASTER', settings.redis_master }
  .. resp.encode { 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', settings.redis_master }

local function error_of(replies)
  for _, reply in ipairs(replies) do
    if type(reply) == 'table' and reply.error then
      return reply.error
    end
  end
end

-- A Sentinel that wants a password gets that of Redis.
local function enter(sock)
  local user = settings.redis_username ~= '' and settings.redis_username or nil
  local command = user and { 'AUTH', user, settings.redis_password } or { 'AUTH', settings.redis_password }
  local replies, err = conversation.exchange(sock, resp.encode(command), 1)
  return replies and not error_of(replies), err or replies and error_of(replies)
end

local function question(sock)
  local replies, err = conversation.exchange(sock, QUESTION, 2)
  if replies and find(error_of(replies) or '', 'NOAUTH', 1, true) and settings.redis_password ~= '' then
    local ok
    ok, err = enter(sock)
    if not ok then
      return nil, err
    end
    replies, err = conversation.exchange(sock, QUESTION, 2)
  end
  if not replies then
    return nil, err
  end
  err = error_of(replies)
  if err and find(err, 'unknown command', 1, true) then
    err = 'a Redis and no Sentinel; name it as host:port, or where the Sentinels are'
  end
  return not err and replies, err
end

local function connect(sentinel)
  local sock = tcp()
  sock:settimeout(settings.redis_timeout_ms)
  local host = sentinel[1]
  local address, why = names.first(host)
  if not address then
    return nil, why
  end
  local ok, err = sock:connect(address, sentinel[2], { pool = SAID .. host .. ' ' .. sentinel[2] })
  if ok and sock:getreusedtimes() == 0 then
    ok, err = redis_tls.secure(sock, host)
  end
  return ok and sock, err
end

-- Asks one of them: `host port`, and of which epoch; nil and why not.
local function ask(sentinel)
  local sock, err = connect(sentinel)
  if not sock then
    return nil, err
  end
  local replies
  replies, err = question(sock)
  if not replies then
    sock:close()
    return nil, err
  end
  sock:setkeepalive(IDLE_MS)
  local fields, at = replies[1], replies[2]
  if type(fields) ~= 'table' or type(at) ~= 'table' then
    return nil, 'it names none'
  end
  for i = 1, #fields, 2 do
    if fields[i] == 'config-epoch' then
      return at[1] .. ' ' .. at[2], tonumber(fields[i + 1])
    end
  end
  return nil, 'not a Sentinel'
end

-- What the one with the highest epoch said.
local function choose()
  local best, highest
  for i = 1, #sentinels do
    local epoch, where = match(shared:get(SAID .. i) or '', '^(%d+) (.+)$')
    if epoch and (not highest or tonumber(epoch) > highest) then
      best, highest = where, tonumber(epoch)
    end
  end
  if best and best ~= shared:get(MASTER) then
    shared:set(MASTER, best)
  end
end

-- Returns why it says nothing.
local function look(i)
  local where, epoch = ask(sentinels[i])
  if not where then
    return epoch
  end
  shared:set(SAID .. i, format('%d %s', epoch, where), STALE_SECONDS)
  choose()
end

--- Whether they are asked where Redis is.
_M.enabled = sentinels ~= nil

--- Where the master is, `host port`; nil if nobody said yet.
function _M.known()
  return shared:get(MASTER)
end

--- Asks all of them now: where the master is; nil and what each of them said.
function _M.ask()
  local threads, problems = {}, {}
  for i = 1, #sentinels do
    threads[i] = ngx.thread.spawn(look, i)
  end
  for i, sentinel in ipairs(sentinels) do
    local ok, err = ngx.thread.wait(threads[i])
    if not ok or err then
      problems[#problems + 1] = sentinel[1] .. ':' .. sentinel[2] .. ': ' .. tostring(err)
    end
  end
  local where = _M.known()
  if where and #problems < #sentinels then
    return where
  end
  local said = table.concat(problems, '; ')
  return where, format('no Sentinel names the master %s of FRONT_REDIS (%s)', settings.redis_master, said)
end

--- Begins to ask, and goes on as long as this worker lives.
function _M.start()
  if not sentinels or ngx.worker.id() ~= ASKER then
    return
  end
  for i, sentinel in ipairs(sentinels) do
    recur.every(LOOK_SECONDS, 'asking the Sentinel at ' .. sentinel[1], function()
      look(i)
    end)
  end
end

return _M
