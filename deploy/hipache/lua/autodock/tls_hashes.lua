-- Certificates in Redis, as planb keeps them: `tls:<name>`, a hash with the
-- fields `certificate` and `key`, both PEM.
--
-- Remembered for some seconds, in bounded room. Names without a certificate
-- have a room of their own, so that invented ones push out nothing else. While
-- Redis is away, what is remembered goes on to serve.

local expiry = require 'autodock.tls_expiry'
local lrucache = require 'resty.lrucache'
local redis = require 'autodock.redis'
local resp = require 'autodock.resp'
local settings = require 'autodock.settings'
local tls_pair = require 'autodock.tls_pair'

local log, ERR = ngx.log, ngx.ERR

local _M = {}

local FOUND_SECONDS, MISSING_SECONDS = 10, 1
local found = assert(lrucache.new(1000))
local missing = assert(lrucache.new(1000))

local function parse(name, certificate, key)
  local pair, err = tls_pair.read(certificate, key)
  if not pair then
    log(ERR, 'tls:', name, ' cannot be read: ', err)
    return nil
  end
  pair.name, pair.text = name, certificate .. key
  return pair
end

-- Takes note of a reply to HMGET; what has not changed is not parsed again.
local function keep(name, reply)
  local certificate, key = reply[1], reply[2]
  if reply.error then
    log(ERR, 'tls:', name, ' is not usable: ', reply.error)
  end
  if not certificate or not key then
    found:delete(name)
    expiry.of_redis(name, nil)
    missing:set(name, true, MISSING_SECONDS)
    return
  end
  local _, before = found:get(name)
  local pair = before and before.text == certificate .. key and before or parse(name, certificate, key)
  expiry.of_redis(name, pair)
  if pair then
    found:set(name, pair, FOUND_SECONDS)
  else
    missing:set(name, true, MISSING_SECONDS)
  end
end

local function fetch(names)
  local commands = {}
  for i, name in ipairs(names) do
    commands[i] = resp.encode { 'HMGET', settings.prefix .. 'tls:' .. name, 'certificate', 'key' }
  end
  local replies = redis.pipeline(commands, #commands)
  for i, reply in ipairs(replies or {}) do
    keep(names[i], reply)
  end
end

local function remembered(name)
  if not name then
    return nil
  end
  local pair, old = found:get(name)
  return pair or old
end

--- The pairs { name, certificate, key } of up to two names, each nil if there is none.
function _M.get(...)
  local unknown = {}
  for _, name in ipairs { ... } do
    if not found:get(name) and not missing:get(name) then
      unknown[#unknown + 1] = name
    end
  end
  if #unknown > 0 then
    fetch(unknown)
  end
  local first, second = ...
  return { remembered(first), remembered(second) }
end

return _M
