-- What this front says about itself, on its local port alone.

local connections = require 'autodock.connections'
local counters = require 'autodock.counters'
local expiry = require 'autodock.tls_expiry'
local folder = require 'autodock.tls_folder'
local json = require 'autodock.json'
local lastknown = require 'autodock.lastknown'
local link = require 'autodock.link'
local redis = require 'autodock.redis'

local floor = math.floor

local _M = {}

local DAY_SECONDS = 86400

local function redis_now()
  local pong, why = redis.ping()
  return json.object {
    { 'reachable', pong or false },
    { 'why', why or json.null },
    { 'away_seconds', floor(redis.away_seconds()) },
    { 'role', link.role() or 'unknown' },
    { 'link_down_seconds', floor(link.down_seconds()) },
  }
end

local function certificates()
  local problems = {}
  for name, problem in pairs(folder.problems()) do
    problems[#problems + 1] = json.object { { 'name', name }, { 'problem', problem } }
  end
  table.sort(problems)
  local name, left = expiry.first()
  return json.object {
    { 'read', folder.count() },
    { 'problems', json.array(problems) },
    { 'ends_first', name or json.null },
    { 'days_left', name and floor(left / DAY_SECONDS) or json.null },
  }
end

local function connections_now()
  local used, limit = connections.total()
  return json.object {
    { 'active', tonumber(ngx.var.connections_active) },
    { 'waiting', tonumber(ngx.var.connections_waiting) },
    { 'used', used },
    { 'limit', limit },
  }
end

--- Prints the status as JSON. Redis is asked now, not remembered.
function _M.print()
  local about_redis = redis_now()
  ngx.header['Content-Type'] = 'application/json'
  ngx.say(tostring(json.object {
    { 'redis', about_redis },
    { 'routes', redis.away() and 'last known' or 'redis' },
    { 'tracking', counters.all('tracking up') == 1 },
    { 'hosts_known', lastknown.is_complete() },
    { 'certificates', certificates() },
    { 'connections', connections_now() },
  }))
end

return _M
