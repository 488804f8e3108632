-- A connection to Redis, of which more than one user exists: the pool of
-- redis.lua, and the one that tracking.lua listens on.

local address = require 'autodock.address'
local conversation = require 'autodock.conversation'
local knock = require 'autodock.knock'
local redis_tls = require 'autodock.redis_tls'
local resp = require 'autodock.resp'
local settings = require 'autodock.settings'

local tcp = ngx.socket.tcp

local _M = {}

-- Further users of a worker wait for one of these: more connections would not
-- be answered faster, and a burst of them would overrun Redis' listening queue.
local POOL = { pool_size = 64, backlog = 8192 }

-- What a new connection says first, and how many replies it gets.
local function introduction()
  local words, count = '', 0
  if settings.redis_username ~= '' then
    words, count = resp.encode { 'AUTH', settings.redis_username, settings.redis_password }, 1
  elseif settings.redis_password ~= '' then
    words, count = resp.encode { 'AUTH', settings.redis_password }, 1
  end
  if settings.redis_db ~= '0' then
    words, count = words .. resp.encode { 'SELECT', settings.redis_db }, count + 1
  end
  if settings.redis_tls and count == 0 then
    words, count = resp.encode { 'PING' }, 1 -- so that what TLS ends with is seen here
  end
  return words, count
end

local INTRODUCTION, INTRODUCTION_REPLIES = introduction()

local function introduce(sock)
  local replies, err = conversation.exchange(sock, INTRODUCTION, INTRODUCTION_REPLIES)
  if not replies then
    return nil, redis_tls.first_word_failed(err)
  end
  for _, reply in ipairs(replies) do
    err = type(reply) == 'table' and reply.error or nil
    if err then
      replies = nil
      break
    end
  end
  return replies, err
end

--- Leaves the event that closed a connection. nginx tells events of a closed connection by
-- one bit, so one that is closed, opened, closed and opened again within one event would
-- be taken for the first: a backend that does not answer would be "connected", and wait
-- for its send timeout.
function _M.leave_event()
  ngx.sleep(0.001) -- 0 is another event only with a patch of OpenResty's
end

local function connect_by_name(sock, pool)
  local addresses, err = address.all()
  for i, candidate in ipairs(addresses or {}) do
    if i > 1 then
      _M.leave_event()
    end
    sock:settimeout(settings.redis_timeout_ms / #addresses)
    local ok
    local host, port = address.parts(candidate)
    ok, err = host, port
    if host then
      ok, err = sock:connect(host, port, pool)
    end
    if ok then
      return candidate
    end
  end
  return nil, err
end

local SOCKET = string.match(settings.redis_host, '^unix:(.*)')
local answered = false -- the last time

local function connect_to_socket(sock, pool)
  if not answered then
    local ok, err = knock.at(SOCKET)
    if not ok then
      return nil, err
    end
  end
  local ok, err = sock:connect(settings.redis_host, pool)
  answered = ok and true or false
  return ok, err
end

-- Returns where to.
local function connect(sock, pool)
  if address.is_socket then
    return connect_to_socket(sock, pool)
  end
  local where, err = connect_by_name(sock, pool)
  if not where and address.look_again() then
    _M.leave_event()
    where, err = connect_by_name(sock, pool)
  end
  if where then
    address.use(where)
  end
  return where, err
end

-- What a new connection goes through before it is of use.
local function enter(sock, where)
  local ok, err = redis_tls.secure(sock, address.name(where))
  if ok and INTRODUCTION_REPLIES > 0 then
    ok, err = introduce(sock)
  end
  return ok, err
end

--- A connection that has entered, from the pool or, if `own`, a new one that
-- nobody else gets; nil and the reason. The second value says that it has
-- served before, the third where it goes.
function _M.open(own)
  local sock = tcp()
  sock:settimeout(settings.redis_timeout_ms)
  local where, err = connect(sock, own and { pool = 'own' } or POOL)
  if not where then
    return nil, err
  end
  sock:settimeout(settings.redis_timeout_ms)
  local reused = (sock:getreusedtimes() or 0) > 0
  local ok, why = true, nil
  if not reused then
    ok, why = enter(sock, where)
  end
  if not ok then
    sock:close()
    address.avoid(where)
    return nil, why
  end
  return sock, reused, where
end

return _M
