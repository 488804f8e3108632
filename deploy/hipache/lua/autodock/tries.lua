-- The tries of a request: which backend has its turn, and how long it may take.

local attempt = require 'autodock.attempt'
local balance = require 'autodock.balance'
local balancer = require 'ngx.balancer'
local counters = require 'autodock.counters'
local marks = require 'autodock.marks'
local proof = require 'autodock.proof'
local settings = require 'autodock.settings'
local states = require 'autodock.state'
local streams = require 'autodock.streams'

local ngx = ngx

local _M = {}

-- A WebSocket or a stream of events may be silent for long; so may any call of gRPC, which may be a stream.
local function is_long_lived(route, var)
  return streams.is_named(var.http_accept) or var.sent_upgrade ~= ''
    or route.place == '@grpc' and not route.timeout
    or streams.is_known(route.vhost, var)
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

return _M
