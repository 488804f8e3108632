-- The phases of a request, in order: known, else route, hold if it waits, balance (once per
-- try, tries.lua), head, explain (if nginx itself fails it, unanswered.lua), log. What most requests
-- go through is `known`, the first try of `balance` and `log`, which compile whole.

local attempt = require 'autodock.attempt'
local balance = require 'autodock.balance'
local body = require 'autodock.body'
local cache = require 'autodock.cache'
local counters = require 'autodock.counters'
local head = require 'autodock.head'
local headers = require 'autodock.headers'
local hold = require 'autodock.hold'
local host = require 'autodock.host'
local interim = require 'autodock.interim'
local lookup = require 'autodock.lookup'
local pages = require 'autodock.pages'
local reach = require 'autodock.reach'
local request = require 'autodock.request'
local settings = require 'autodock.settings'
local states = require 'autodock.state'
local tries = require 'autodock.tries'
local unanswered = require 'autodock.unanswered'

local ngx, now, start_time, get_method = ngx, ngx.now, ngx.req.start_time, ngx.req.get_method

local _M = {}

local IS_READ_FIRST = { GET = true, HEAD = true }
local NO_BODY = 'kept' -- what headers.conf says of a head that tells of none

-- For the access log.
local function led_nowhere(kind)
  ngx.var.refused, ngx.var.reason = kind, kind
end

local function refuse(kind, text)
  led_nowhere(kind)
  counters.count('refused ' .. kind)
  return pages.refuse(kind, text)
end

--- Rewrite phase: the vhost if the route is known and the request needs no more
-- than that; empty if it has to be looked at.
function _M.known()
  local name = headers.look()
  local route = name and cache.get(name)
  if not route or not route.straight or ngx.var.straight_host ~= name then
    return ''
  end
  counters.hit()
  states.begin(name, route, balance.turn(route)).plain = true
  return route.vhost
end

-- To one backend, by the way around interim answers (interim.lua).
local function lead_around(state, backend)
  local route, way = state.route, nil
  local checks = settings.backend_tls_verify and route.place ~= '@unverified'
  way, state.told = interim.lead(backend, state.host, route.vhost, ngx.var.backend_tls_name, checks)
  state.order = { way }
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
  -- Who speaks HTTP/2 has no such answers, and the other end of that way speaks HTTP/1 alone.
  if route.interim and route.place ~= '@grpc' then
    lead_around(state, order[1])
  end
  return state
end

-- The location that a request takes to its backends where it is not the usual one. None of them has an access phase.
-- The way around interim answers is first: in any other location its end would be told by the client where to go.
local function place_of(state)
  return state.told and '@interim' or state.route.place
end

-- Whether a body streams: it may be larger than the folder in memory in which nginx keeps one that it reads first.
local function streams_body()
  return not IS_READ_FIRST[get_method()] or ngx.var.unless_body ~= NO_BODY
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
  local state = use(route, name, header)
  local place = state and (place_of(state) or streams_body() and '@body')
  if place then
    body.read_untold(var)
    return ngx.exec(place)
  end
end

--- Access phase of a request that waits, or is sent once more.
function _M.hold()
  local var = ngx.var
  local name, header = host.parse(var.host, var.http_host, var.request)
  local route, held = hold.wait(name)
  local state = use(route, name, header)
  if not state then
    return
  end
  state.held = held
  body.read_untold(var)
  local place = place_of(state)
  if place then
    return ngx.exec(place)
  end
end

--- What the other end of the way around interim answers is told.
function _M.told()
  local state = states.get()
  if state.again then
    hold.send_last(state)
    state.again, state.tries = false, 0
    lead_around(state, state.backend)
  end
  return state.told
end

--- Balancer phase, once per try.
_M.balance = tries.balance

--- Header filter: sees to the head of an answer.
_M.head = head.check

--- Content phase of the error page: answers for a failure that nginx found.
_M.explain = unanswered.explain

--- Log phase: counts, and judges what went wrong, or what was thought to be dead.
function _M.log()
  local status, state = ngx.status, states.finish()
  if state and state.held then
    if state.held.room then -- its client left while it waited
      ngx.var.vhost = state.route.vhost
      led_nowhere(hold.reason(state.route))
    end
    hold.leave(state.held)
  end
  if state and (status >= 500 or state.route.marked) then
    attempt.judge(state, status)
  end
  counters.answered(status, now() - start_time(), state and state.route.vhost)
end

return _M
