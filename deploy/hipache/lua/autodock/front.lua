-- The phases of a request, in order: known, else route, hold if it waits, balance (once per
-- try), explain (if nginx itself fails it), log. What most requests go through is
-- `known`, the first try of `balance` and `log`, which compile whole.

local attempt = require 'autodock.attempt'
local balance = require 'autodock.balance'
local balancer = require 'ngx.balancer'
local cache = require 'autodock.cache'
local counters = require 'autodock.counters'
local failures = require 'autodock.failures'
local head = require 'autodock.head'
local hold = require 'autodock.hold'
local host = require 'autodock.host'
local lookup = require 'autodock.lookup'
local marks = require 'autodock.marks'
local pages = require 'autodock.pages'
local proof = require 'autodock.proof'
local reach = require 'autodock.reach'
local reasons = require 'autodock.reason'
local request = require 'autodock.request'
local settings = require 'autodock.settings'
local spellings = require 'autodock.spellings'
local states = require 'autodock.state'

local find, sub = string.find, string.sub
local ngx, now, start_time = ngx, ngx.now, ngx.req.start_time

local _M = {}

local function refuse(kind, text)
  ngx.var.refused, ngx.var.reason = kind, kind
  counters.count('refused ' .. kind)
  return pages.refuse(kind, text)
end

--- Rewrite phase: the vhost if the route is known and the request needs no more
-- than that; empty if it has to be looked at.
function _M.known()
  spellings.drop()
  local var = ngx.var
  local name = var.straight_host
  local route = cache.get(name)
  if not route or not route.straight or var.http_host ~= name then
    return ''
  end
  counters.hit()
  states.begin(name, route, balance.turn(route))
  return route.vhost
end

-- Access phase: finds the backends to try by a route, or answers with a page.
local function use(route, name, header)
  local var = ngx.var
  var.vhost = route.vhost or ''
  local reason = hold.reason(route)
  if reason or route.kind ~= 'routed' then
    return refuse(reason or route.kind, route.text)
  end
  local start = balance.turn(route)
  local order = not route.straight and reach.order(balance.order(route, start))
  if order and #order == 0 then
    return refuse('dead')
  end
  local state = states.begin(name, route, start)
  state.order = order
  request.describe(var, header)
  state.websocket = var.sent_upgrade ~= ''
  if order then
    reach.prepare(order[1], name)
  end
  return state
end

-- To the location that speaks to the backends as their labels ask, which has no access phase of its own.
local function lead_on(route)
  if route.place then
    return ngx.exec(route.place)
  end
end

--- Access phase: finds the backends to try, or answers with a page, or has the request wait.
function _M.route()
  local var = ngx.var
  local name, header = host.parse(var.host, var.http_host, var.request)
  if not name then
    return refuse('bad_host')
  elseif var.loops ~= '' then
    return refuse('loop')
  end
  local route = lookup.find(name)
  if hold.is_on() and hold.reason(route) then
    return ngx.exec('@hold')
  end
  use(route, name, header)
  return lead_on(route)
end

--- Access phase of a request that waits, or is sent once more.
function _M.hold()
  local var = ngx.var
  local name, header = host.parse(var.host, var.http_host, var.request)
  local route, held = hold.wait(name)
  local state = use(route, name, header)
  if state then
    state.held = held
  end
  return lead_on(route)
end

-- A WebSocket or a stream of events may be silent for long; so may any call of gRPC, which may be a stream.
local function is_long_lived(route, var)
  local accept = var.http_accept
  return accept and find(accept, 'text/event-stream', 1, true) or var.sent_upgrade ~= ''
    or route.place == '@grpc' and not route.timeout
end

local function limit_times(route)
  if is_long_lived(route, ngx.var) then
    balancer.set_timeouts(nil, nil, route.idle or settings.idle_timeout)
  elseif route.timeout then
    balancer.set_timeouts(nil, route.timeout, route.timeout)
  end
end

local function first(state)
  local order, route = state.order, state.route
  local tries = order and #order or route.tries
  if tries > 1 then
    balancer.set_more_tries(tries - 1)
  end
  limit_times(route)
  return order and order[1] or route.live[state.start]
end

-- nginx adds a try for each idle connection that turns out to be closed. nil: it has run already, and is not
-- sent elsewhere; nginx does that itself with its own time, and knows nothing of a shorter one.
local function next_one(state)
  if attempt.was_slow(state, state.tries) then
    state.slow = true
    return nil
  end
  local order = state.order or balance.order(state.route, state.start)
  state.order = order
  counters.count('retries')
  local last = order[state.tries]
  if last and attempt.never_connected(state, state.tries) then
    marks.add(state.host, state.route.vhost, last.url)
    proof.doubt(state.host, state.route.vhost, last.url)
  end
  return order[state.tries + 1] or order[#order]
end

--- Balancer phase: the backend whose turn it is, and after a failure the next.
function _M.balance()
  local state = states.get()
  local backend = state.tries == 0 and first(state) or next_one(state)
  if not backend then
    return ngx.exit(ngx.ERROR)
  end
  state.tries = state.tries + 1
  state.backend = backend
  local ok, err = balancer.set_current_peer(backend.address, backend.port)
  if not ok then
    ngx.log(ngx.ERR, backend.url, ' cannot be connected to: ', err)
  end
end

--- Header filter: sees to the head of an answer.
_M.head = head.check

-- Whether a request that no backend has begun to answer is sent once more.
local function wait_and_repeat(state, status)
  if attempt.never_connected(state, state.tries) then
    proof.doubt(state.host, state.route.vhost, state.backend.url)
    if not hold.may_repeat(state) then
      return false
    end
    attempt.mark_last(state)
  elseif not attempt.broke_off(status) or not hold.may_send_twice(state) then
    return false
  end
  ngx.status = 200 -- else the answer keeps the other one
  return true
end

-- Says in the log, and for people, why there is no answer of a backend.
local function tell_reason(state, found, status)
  if state and state.backend then
    local reason = reasons.of(state, found)
    ngx.var.reason = reason
    failures.note(state, status, reason)
  end
end

--- Content phase of the error page: answers for a failure that nginx found.
-- A connection that never came about is not a late answer.
function _M.explain()
  local status, state = ngx.status, states.get()
  if state then
    if state.backend and wait_and_repeat(state, status) then
      return ngx.exec('@hold')
    end
    state.failed = true
    status = state.slow and 504 or status
  end
  local found = status
  if status == 504 and sub(ngx.var.upstream_connect_time or '', -1) == '-' then
    status = 502
  end
  if ngx.var.limit_conn_status == 'REJECTED' then
    ngx.var.refused, ngx.var.reason = 'uploads', 'uploads'
    counters.count('refused uploads')
  end
  tell_reason(state, found, status)
  return pages.explain(status, state and state.refused)
end

--- Log phase: counts, and judges what went wrong, or what was thought to be dead.
function _M.log()
  local status, state = ngx.status, states.finish()
  if state and state.held then
    hold.leave(state.held)
  end
  if state and (status >= 500 or state.route.marked) then
    attempt.judge(state, status)
  end
  counters.answered(status, now() - start_time(), state and state.route.vhost)
end

return _M
