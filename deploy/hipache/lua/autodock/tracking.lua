-- Hears from Redis which lists, options and marks change (CLIENT TRACKING, Redis 6).
--
-- In broadcast mode Redis remembers nothing about us and tells every change of
-- a key with one of our prefixes, on one connection per worker. It is asked for
-- a sign of life when it has been silent for a second; without one, or when the
-- connection ends, nothing is cached until it is up again. Questions of who drains a backend
-- are heard there, too (presence.lua), also by a worker that ends what it began.

local address = require 'autodock.address'
local ahead = require 'autodock.ahead'
local cache = require 'autodock.cache'
local complaint = require 'autodock.complaint'
local connection = require 'autodock.connection'
local conversation = require 'autodock.conversation'
local emptied = require 'autodock.emptied'
local learn = require 'autodock.learn'
local off = require 'autodock.off'
local options = require 'autodock.options'
local presence = require 'autodock.presence'
local recur = require 'autodock.recur'
local redis = require 'autodock.redis'
local refresh = require 'autodock.refresh'
local resp = require 'autodock.resp'
local settings = require 'autodock.settings'
local sign = require 'autodock.sign'
local states = require 'autodock.state'

local sub = string.sub

local _M = {}

local SILENCE_MS = 1000
local RETRY_SECONDS = 0.2
local REFUSED_RETRY_SECONDS = 10 -- an older Redis, or a user without the right
local CHANNEL = '__redis__:invalidate'
local LISTS, MARKS = settings.prefix .. 'frontend:', settings.prefix .. 'dead:'
local PING = resp.encode { 'PING' }

local complain, is_well = complaint.about(ngx.NOTICE, 'routes are not cached: ')

local function forget_key(key)
  if sub(key, 1, #LISTS) == LISTS then
    local vhost = sub(key, #LISTS + 1)
    cache.forget(vhost)
    refresh.changed(vhost)
    ahead.changed(vhost)
  elseif sub(key, 1, #MARKS) == MARKS then
    cache.forget(sub(key, #MARKS + 1))
  elseif sub(key, 1, #options.KEYS) == options.KEYS then
    local vhost = sub(key, #options.KEYS + 1)
    cache.forget(vhost)
    refresh.changed(vhost)
  elseif key == off.KEY then
    off.changed()
  end
end

-- { 'message', channel, keys }; keys are null if the whole database went.
local function hear(message)
  if type(message) == 'table' and message.error then
    return presence.refused(message.error)
  elseif type(message) ~= 'table' or message[1] ~= 'message' then
    return -- a PONG
  elseif message[2] == presence.CHANNEL then
    return presence.asked(message[3])
  elseif type(message[3]) ~= 'table' then
    cache.forget_all()
    off.changed()
    return learn.anew()
  end
  for _, key in ipairs(message[3]) do
    forget_key(key)
  end
end

local function first_error(replies)
  for _, reply in ipairs(replies) do
    if type(reply) == 'table' and reply.error then
      return reply.error
    end
  end
end

-- Without a cache only questions are heard.
local function subscribe_to_questions(sock)
  local _, rest = conversation.exchange(sock, resp.encode { 'SUBSCRIBE', presence.CHANNEL }, 0)
  return rest
end

-- The messages go to this very connection, which is what RESP2 allows. The questions come
-- last, so that who may not hear them hears what changes.
local function subscribe(sock)
  if not settings.cache then
    return subscribe_to_questions(sock)
  end
  local replies, err = conversation.exchange(sock, resp.encode { 'CLIENT', 'ID' }, 1)
  if not replies then
    return nil, err
  elseif type(replies[1]) ~= 'number' then
    return nil, replies[1].error, true
  end
  local rest
  replies, rest = conversation.exchange(sock, {
    resp.encode {
      'CLIENT', 'TRACKING', 'ON', 'REDIRECT', tostring(replies[1]),
      'BCAST', 'PREFIX', LISTS, 'PREFIX', MARKS, 'PREFIX', off.KEY, 'PREFIX', options.KEYS,
    },
    resp.encode { 'SUBSCRIBE', CHANNEL },
    resp.encode { 'SUBSCRIBE', presence.CHANNEL },
  }, 2)
  if not replies then
    return nil, rest
  end
  err = first_error(replies)
  return not err and rest, err, err ~= nil
end

-- Hears messages until the connection fails, or Redis is elsewhere; returns why.
local function listen(sock, rest, where)
  sock:settimeout(SILENCE_MS)
  local asked = false
  while not ngx.worker.exiting() or states.any() do
    sign.now_and_then()
    if not address.is_socket and not address.is_current(where) then
      return 'Redis has moved'
    end
    local messages, err, unread = conversation.messages(sock, rest)
    if messages then
      for _, message in ipairs(messages) do
        hear(message)
      end
      asked, rest = false, err
    elseif err ~= 'timeout' or asked then
      return err
    else
      asked, rest = true, unread
      local sent, why = sock:send(PING)
      if not sent then
        return why
      end
    end
  end
end

local function attempt()
  local sock, err, where = connection.open(true)
  if not sock then
    return err, false
  end
  local rest, why, refused = subscribe(sock)
  if rest then
    is_well()
    emptied.look() -- before what it says is taken down
    cache.listen(settings.cache)
    off.changed()
    if settings.cache then -- else nothing is heard of lists, before as after
      learn.anew()
    end
    why = select(2, pcall(listen, sock, rest, where)) -- whatever ends it, nothing is kept from then on
    cache.listen(false)
    redis.doubt()
  end
  sock:close()
  return why, refused
end

local function run()
  if redis.away() then
    return -- one of the two that ask whether it is back is enough
  end
  local err, refused = attempt()
  if settings.cache and not ngx.worker.exiting() then
    complain(err)
  end
  return refused and REFUSED_RETRY_SECONDS
end

--- Begins to listen, and goes on as long as this worker lives.
function _M.start()
  address.watch(function()
    cache.listen(false)
  end)
  recur.soon(recur.every(RETRY_SECONDS, 'hearing what changes', run))
end

return _M
