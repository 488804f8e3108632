-- The phases of a request, in order: route, balance (once per try), explain (if
-- nginx itself fails it), log.

local balance = require 'autodock.balance'
local balancer = require 'ngx.balancer'
local counters = require 'autodock.counters'
local host = require 'autodock.host'
local lookup = require 'autodock.lookup'
local marks = require 'autodock.marks'
local pages = require 'autodock.pages'
local reach = require 'autodock.reach'
local settings = require 'autodock.settings'

local find, gmatch, match, sub = string.find, string.gmatch, string.match, string.sub
local ngx = ngx

local _M = {}

local function refuse(kind)
  ngx.var.refused = kind
  counters.count('refused ' .. kind)
  return pages.refuse(kind)
end

--- Access phase: finds the backends to try, or answers with a page.
function _M.route()
  local var = ngx.var
  local name, named = host.parse(var.host, var.http_host)
  if not name then
    return refuse('bad_host')
  elseif var.loops ~= '' then
    return refuse('loop')
  elseif named then
    var.named_host = named
  end
  local route = lookup.find(name)
  if route.vhost then
    var.vhost = route.vhost
  end
  if route.kind ~= 'routed' then
    return refuse(route.kind)
  elseif route.distinct == 0 then
    return refuse('dead')
  end
  local ctx = ngx.ctx
  ctx.host, ctx.route, ctx.tries = name, route, 0
  ctx.start = balance.turn(route)
  if not route.plain then
    ctx.order = reach.order(balance.order(route, ctx.start))
    if #ctx.order == 0 then
      return refuse('dead')
    end
    reach.prepare(ctx.order[1])
  end
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
  if var.http_upgrade then
    return true
  end
  local accept = var.http_accept
  return accept and find(accept, 'text/event-stream', 1, true)
end

local function begin(ctx)
  local tries = ctx.order and #ctx.order or balance.tries(ctx.route)
  if tries > 1 then
    balancer.set_more_tries(tries - 1)
  end
  if is_long_lived(ngx.var) then
    balancer.set_timeouts(nil, nil, settings.idle_timeout)
  end
  return ctx.order and ctx.order[1] or ctx.route.live[ctx.start]
end

-- nginx adds a try for each idle connection that turns out to be closed.
local function go_on(ctx)
  local order = ctx.order or balance.order(ctx.route, ctx.start)
  ctx.order = order
  counters.count('retries')
  local last = order[ctx.tries]
  if last and never_connected(ctx.tries) then
    marks.add(ctx.host, ctx.route.vhost, last.url)
  end
  local backend = order[ctx.tries + 1] or order[#order]
  if ctx.tries + 1 == #order and ctx.route.distinct > #order then
    ngx.var.last_try = ctx.host .. ' ' .. #order .. ' ' .. backend.url
  end
  return backend
end

--- Balancer phase: the backend whose turn it is, and after a failure the next.
function _M.balance()
  local ctx = ngx.ctx
  local backend = ctx.tries == 0 and begin(ctx) or go_on(ctx)
  ctx.tries = ctx.tries + 1
  ctx.backend = backend
  local ok, err = balancer.set_current_peer(backend.address, backend.port)
  if not ok then
    ngx.log(ngx.ERR, backend.url, ' cannot be connected to: ', err)
  end
end

--- Content phase of the error page: answers for a failure that nginx found.
-- A connection that never came about is no answer, not a late one.
function _M.explain()
  local status = ngx.status
  if status == 504 and sub(ngx.var.upstream_connect_time or '', -1) == '-' then
    status = 502
  end
  return pages.explain(status)
end

-- What only the last phase knows: that the last try failed too, after which no
-- balancer phase came (set only where yet another backend is left; ngx.ctx does
-- not survive the redirect to an error page), or how a backend answered.
local function judge(ctx, status)
  local name, try, url = match(ngx.var.last_try, '^(%S+) (%d+) (.+)$')
  if name and never_connected(tonumber(try)) then
    marks.add(name, ngx.var.vhost, url)
  elseif ctx.backend and ctx.route.distinct > 1 then
    local retry_after = ngx.var.upstream_http_retry_after
    marks.answered(ctx.host, ctx.route.vhost, ctx.backend.url, status, retry_after)
  end
end

--- Log phase: counts, and judges what went wrong.
function _M.log()
  local status = ngx.status
  if status >= 500 then
    judge(ngx.ctx, status)
  end
  counters.answered(status, counters.elapsed(), settings.metrics_vhost and ngx.var.vhost)
end

return _M
