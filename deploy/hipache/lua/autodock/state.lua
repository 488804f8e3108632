-- What the phases of one request tell each other.
--
-- In a table of our own, found by the request's address: cheaper than ngx.ctx,
-- and it outlives the redirect to an error page. Every location that begins a
-- state ends it in its log phase; the tables are used again.

local ffi = require 'ffi'
local get_request = require('resty.core.base').get_request

local cast, tonumber = ffi.cast, tonumber

local _M = {}

local states, spare, spares = {}, {}, 0
local MOST_SPARES = 1000

local function key()
  return tonumber(cast('uintptr_t', get_request()))
end

--- A state for this request: { host, route, start, tries = 0, order?, backend?, failed?,
-- refused?, held?, websocket?, ended?, again?, told?, plain?, answered?, seen, looks }; `failed`: nginx answers by itself, not a
-- backend; `refused`: why the head of an answer was, `again`: it is sent once more instead (head.lua); `held`: what is
-- known of a request that waits or has waited (hold.lua); `ended`: the status of one that is not sent elsewhere
-- (tries.lua); `told`: for interim.lua; `plain`: it asks for no stream of events and no other protocol;
-- `answered`: the head of an answer is there; `seen` and `looks`: for silence.lua.
function _M.begin(host, route, start)
  local state
  if spares > 0 then
    state = spare[spares]
    spares = spares - 1
  else
    state = {}
  end
  state.host, state.route, state.start = host, route, start
  state.tries, state.order, state.backend = 0, false, false
  state.failed, state.refused, state.held, state.websocket = false, false, false, false
  state.ended, state.again, state.told, state.plain = false, false, false, false
  state.answered, state.seen, state.looks = false, 0, 0
  states[key()] = state
  return state
end

--- The state of this request, or nil if none began.
function _M.get()
  return states[key()]
end

--- To loop over the states of all requests.
function _M.each()
  return pairs(states)
end

--- Whether a request is on its way to the backend with this URL.
function _M.is_asked(url)
  for _, state in pairs(states) do
    if state.backend and state.backend.url == url then
      return true
    end
  end
  return false
end

-- Whether a request is on its way to one of these, or will be. One that waits has no backend yet, and the route of a
-- held host none at all.
local function is_bound_for(state, urls)
  local live = state.route.live
  local backend = state.backend or state.order and state.order[1] or live and live[state.start]
  return backend and urls[backend.url]
end

--- How many requests, and how many WebSockets, are on their way to backends.
-- @param urls theirs, as { [url] = true }
function _M.count(urls)
  local requests, sockets = 0, 0
  for _, state in pairs(states) do
    if is_bound_for(state, urls) then
      if state.websocket then
        sockets = sockets + 1
      else
        requests = requests + 1
      end
    end
  end
  return requests, sockets
end

--- Whether any request is under way.
function _M.any()
  return next(states) ~= nil
end

--- The request is over; its state may be read until the next one begins.
function _M.finish()
  local at = key()
  local state = states[at]
  if state then
    states[at] = nil
    if spares < MOST_SPARES then
      spares = spares + 1
      spare[spares] = state
    end
  end
  return state
end

return _M
