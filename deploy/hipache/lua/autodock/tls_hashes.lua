-- Certificates in Redis, as planb keeps them: `tls:<name>`, a hash with the
-- fields `certificate` and `key`, both PEM.
--
-- Remembered for some seconds, in bounded room. Names without a certificate
-- have a room of their own, so that invented ones push out nothing else. While
-- Redis is away, what is remembered goes on to serve.

local lrucache = require 'resty.lrucache'
local redis = require 'autodock.redis'
local resp = require 'autodock.resp'
local settings = require 'autodock.settings'
local ssl = require 'ngx.ssl'

local log, ERR = ngx.log, ngx.ERR

local _M = {}

local FOUND_SECONDS, MISSING_SECONDS = 10, 1
local found = assert(lrucache.new(1000))
local missing = assert(lrucache.new(1000))

local function parse(name, certificate, key)
  local pair, err = { name = name, text = certificate .. key }, nil
  pair.certificate, err = ssl.parse_pem_cert(certificate)
  if pair.certificate then
    pair.key, err = ssl.parse_pem_priv_key(key)
  end
  if not pair.key then
    log(ERR, 'tls:', name, ' cannot be read: ', err)
    return nil
  end
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
    missing:set(name, true, MISSING_SECONDS)
    return
  end
  local _, before = found:get(name)
  local pair = before and before.text == certificate .. key and before or parse(name, certificate, key)
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
