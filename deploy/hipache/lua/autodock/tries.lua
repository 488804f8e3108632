-- The tries of a request: which backend has its turn, and how long it may take.

local attempt = require 'autodock.attempt'
local balance = require 'autodock.balance'
local balancer = require 'ngx.balancer'
local counters = require 'autodock.counters'
local lastknown = require 'autodock.lastknown'
local marks = require 'autodock.marks'
local proof = require 'autodock.proof'
local settings = require 'autodock.settings'
local states = require 'autodock.state'
local streams = require 'autodock.streams'

local ngx, remove = ngx, table.remove

local _M = {}

-- A WebSocket or a stream of events may be silent for long; so may any call of gRPC, which may be a stream. What
-- was learned of a path does not take the place of a time that somebody asked for.
local function is_long_lived(state, var)
  local route = state.route
  return not state.plain and (var.asks_events ~= '' or var.sent_upgrade ~= '')
    or route.place == '@grpc' and not route.timeout
    or (route.idle or not route.timeout) and streams.is_known(route.vhost, var)
end

local function limit_times(state)
  local route = state.route
  if is_long_lived(state, ngx.var) then
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
  limit_times(state)
  return order and order[1] or route.live[state.start]
end

-- Whether a list of URLs holds this one.
local function holds(entries, url)
  for i = 2, #entries do
    if entries[i] == url then
      return true
    end
  end
  return false
end

-- Puts those last of which other requests have found out meanwhile that they accept nothing: where machines die
-- together, a request waits for one of them.
local function leave_doubtful_for_last(state, order)
  local vhost, accepting, doubtful = state.route.vhost, {}, {}
  for i = state.tries + 1, #order do
    local group = proof.is_doubtful(vhost, order[i].url) and doubtful or accepting
    group[#group + 1] = order[i]
  end
  for i = 1, #accepting + #doubtful do
    order[state.tries + i] = accepting[i] or doubtful[i - #accepting]
  end
end

-- Who comes next, of those that still stand in the list: it may be another one than the request began by. nginx
-- adds a try for each idle connection that turns out to be closed, which is for the same backend if it is the last.
local function following(state, order, has_refused)
  local entries = lastknown.get(state.route.vhost)
  local function is_withdrawn(candidate)
    return entries == false or entries and not holds(entries, candidate.url)
  end
  leave_doubtful_for_last(state, order)
  while order[state.tries + 1] and is_withdrawn(order[state.tries + 1]) do
    remove(order, state.tries + 1)
  end
  local again = order[#order]
  return order[state.tries + 1] or not has_refused and not is_withdrawn(again) and again or nil
end

-- nil: it is sent to nobody else. It has run already (nginx sees to that by its own time, and knows nothing of a
-- shorter one), or nobody else is left.
local function next_one(state)
  if attempt.was_slow(state, state.tries) then
    state.ended = 504
    return nil
  end
  local order = state.order or balance.order(state.route, state.start)
  state.order = order
  counters.count('retries')
  local last, has_refused = order[state.tries], attempt.never_connected(state, state.tries)
  if last and has_refused then
    marks.add(state.host, state.route.vhost, last.url)
    proof.doubt(state.host, state.route.vhost, last.url)
  end
  local found = following(state, order, has_refused)
  state.ended = not found and 502
  return found
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
    -- Else nginx goes to the address that stands in its configuration because one must.
    state.ended = 502
    return ngx.exit(ngx.ERROR)
  end
end

return _M
