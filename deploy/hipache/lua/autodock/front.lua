-- The phases of a request, in order: route, balance (once per try), explain (if
-- nginx itself fails it), log.

local balance = require 'autodock.balance'
local balancer = require 'ngx.balancer'
local host = require 'autodock.host'
local lookup = require 'autodock.lookup'
local marks = require 'autodock.marks'
local pages = require 'autodock.pages'
local settings = require 'autodock.settings'

local gmatch = string.gmatch

local _M = {}

local STATUS = {
  bad_host = 400, unknown = 404, held = 503, loop = 508,
  broken = 502, away = 502, dead = 502,
}

local function refuse(kind)
  ngx.var.outcome = kind
  return pages.answer(STATUS[kind])
end

--- Access phase: finds the backends to try, or answers with a page.
function _M.route()
  local var = ngx.var
  local name, header = host.parse(var.host, var.http_host)
  if not name then
    return refuse('bad_host')
  elseif var.loops ~= '' then
    return refuse('loop')
  end
  local route = lookup.find(name)
  var.vhost = route.vhost or ''
  if route.kind ~= 'routed' then
    return refuse(route.kind)
  end
  route.order, route.more = balance.order(route.entries, route.dead)
  if #route.order == 0 then
    return refuse('dead')
  end
  route.tries = 0
  var.forwarded_host = header
  ngx.ctx.route = route
end

-- An attempt that never connected has `-` for its connect time. That tells a
-- backend that is gone from one that closed an idle connection under us.
local function never_connected(try)
  local at = 0
  for time in gmatch(ngx.var.upstream_connect_time or '', '[^%s,:]+') do
    at = at + 1
    if at == try then
      return time == '-'
    end
  end
  return false
end

-- A WebSocket or a stream of events may be silent for long.
local function is_long_lived(var)
  local accept = var.http_accept
  return var.http_upgrade or accept and accept:find('text/event-stream', 1, true)
end

local function begin(route)
  if #route.order > 1 then
    balancer.set_more_tries(#route.order - 1)
  end
  if is_long_lived(ngx.var) then
    balancer.set_timeouts(nil, nil, settings.idle_timeout)
  end
end

--- Balancer phase: the first backend of the order, and after a failure the next.
function _M.balance()
  local route = ngx.ctx.route
  local order, tries = route.order, route.tries
  if tries == 0 then
    begin(route)
  elseif order[tries] and never_connected(tries) then
    marks.add(route.host, route.vhost, order[tries].url)
  end
  tries = tries + 1
  route.tries = tries
  -- nginx adds a try for each idle connection that turns out to be closed
  local backend = order[tries] or order[#order]
  if tries == #order and route.more then
    ngx.var.last_try = route.host .. ' ' .. tries .. ' ' .. backend.url
  end
  local ok, err = balancer.set_current_peer(backend.host, backend.port)
  if not ok then
    ngx.log(ngx.ERR, backend.url, ' cannot be connected to: ', err)
  end
end

--- Content phase of the error page: answers for a failure that nginx found.
-- A connection that never came about is no answer, not a late one.
function _M.explain()
  local status = ngx.status
  if status == 504 and (ngx.var.upstream_connect_time or ''):sub(-1) == '-' then
    status = 502
  end
  return pages.answer(status)
end

--- Log phase: the mark of the last try, after which no balancer phase came.
-- Set only where yet another backend is left; ngx.ctx does not survive the
-- redirect to an error page.
function _M.log()
  local name, try, url = ngx.var.last_try:match('^(%S+) (%d+) (.+)$')
  if name and never_connected(tonumber(try)) then
    marks.add(name, ngx.var.vhost, url)
  end
end

return _M
