-- Whether a certificate may be asked for: the endpoint of Caddy's on-demand TLS,
-- on the local port alone.
--
-- Caddy asks before it loads a certificate that it has, too. After a boot it would find
-- no route until the containers are there, so names that were granted are kept in Redis.

local lookup = require 'autodock.lookup'
local lrucache = require 'resty.lrucache'
local redis = require 'autodock.redis'
local resp = require 'autodock.resp'
local settings = require 'autodock.settings'

local _M = {}

local OWN_ROUTE = { routed = true, held = true }
-- A sorted set, name to the time in seconds when its route was last asked about.
local GRANTED = settings.prefix .. 'autodock:granted'
local KEPT_SECONDS = 30 * 86400
local MOST_KEPT = 10000
local NOTED_SECONDS = 3600

local noted = assert(lrucache.new(1000)) -- what was written lately

local function note(name)
  if noted:get(name) then
    return
  end
  noted:set(name, true, NOTED_SECONDS)
  redis.pipeline({
    resp.encode { 'ZADD', GRANTED, tostring(ngx.time()), name },
    resp.encode { 'ZREMRANGEBYRANK', GRANTED, '0', tostring(-MOST_KEPT - 1) },
  }, 2)
end

local function was_granted(name)
  local replies = redis.pipeline(resp.encode { 'ZSCORE', GRANTED, name }, 1)
  local time = replies and tonumber(replies[1] or nil)
  return time ~= nil and ngx.time() - time < KEPT_SECONDS
end

local function status_of(host)
  if not host or #host > 253 or not host:find('^[%w_][%w._-]*$') then
    return 400
  end
  local name = host:lower()
  local route = lookup.find(name)
  if route.kind == 'away' then
    return 503
  elseif OWN_ROUTE[route.kind] and route.vhost ~= '*' then
    note(name)
    return 200
  end
  return was_granted(name) and 200 or 404
end

--- Answers `?domain=NAME` with 200 if a list other than the catch-all answers for the
-- name, or did within a month, 404 if none does, 503 if that cannot be known now.
function _M.answer()
  local status = status_of(ngx.var.arg_domain)
  ngx.status = status
  ngx.say(status == 200 and 'yes' or 'no')
end

return _M
