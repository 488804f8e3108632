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
-- Sorted sets, name to the time in seconds when its route was last asked about. Names below
-- a wildcard have one of their own: clients invent them, and would push out all others.
local GRANTED = settings.prefix .. 'autodock:granted'
local GRANTED_BELOW = GRANTED .. ':below-wildcards'
local KEPT_SECONDS = 30 * 86400
local MOST_KEPT = 10000
local NOTED_SECONDS = 3600

-- What was written lately, by set.
local noted = {
  [GRANTED] = assert(lrucache.new(1000)),
  [GRANTED_BELOW] = assert(lrucache.new(1000)),
}

local function note(name, set)
  if noted[set]:get(name) then
    return
  end
  noted[set]:set(name, true, NOTED_SECONDS)
  redis.pipeline({
    resp.encode { 'ZADD', set, tostring(ngx.time()), name },
    resp.encode { 'ZREMRANGEBYRANK', set, '0', tostring(-MOST_KEPT - 1) },
  }, 2)
end

-- nil if Redis does not tell.
local function was_granted(name)
  local replies = redis.pipeline({
    resp.encode { 'ZSCORE', GRANTED, name },
    resp.encode { 'ZSCORE', GRANTED_BELOW, name },
  }, 2)
  for _, reply in ipairs(replies or {}) do
    local time = tonumber(reply or nil)
    if time and ngx.time() - time < KEPT_SECONDS then
      return true
    end
  end
  return replies and false
end

local function status_of(host)
  if not host or #host > 253 or not host:find('^[%w_][%w._-]*$') then
    return 400
  end
  local name = host:lower()
  local route = lookup.find(name)
  if route.kind == 'away' then
    return 503
  elseif OWN_ROUTE[route.instead_of or route.kind] and route.vhost ~= '*' then
    note(name, route.vhost == name and GRANTED or GRANTED_BELOW)
    return 200
  end
  local granted = was_granted(name)
  return granted == nil and 503 or granted and 200 or 404
end

--- Answers `?domain=NAME` with 200 if a list other than the catch-all answers for the
-- name, or did within a month, 404 if none does, 503 if that cannot be known now.
function _M.answer()
  local status = status_of(ngx.var.arg_domain)
  ngx.status = status
  ngx.say(status == 200 and 'yes' or 'no')
end

return _M
