-- The head of a backend's answer: what no client may see of it, and whether it is one.
--
-- nginx takes for the answer what it is not: an interim answer that nobody asked for (100,
-- 102), after which the connection of an HTTP/1.1 client is out of step and a stream of
-- HTTP/2 breaks; and the first bytes of what does not speak HTTP at all, which it would pass
-- on without a status line.

local interim = require 'autodock.interim'
local marks = require 'autodock.marks'
local states = require 'autodock.state'
local streams = require 'autodock.streams'

local gmatch, lower = string.gmatch, string.lower
local ngx = ngx

local _M = {}

-- Not for nginx to hide: it says of the connection to the client what is so.
local OWN = { ['keep-alive'] = true, close = true, upgrade = true }

local IS_USUAL = { ['keep-alive'] = true, close = true } -- as most backends write it

local REFUSED = 590 -- a 502, after which nginx closes the client's connection (nginx.conf.in)
local AGAIN = 591
local SWITCHING = ngx.HTTP_SWITCHING_PROTOCOLS
local HTTP_0_9 = 10 -- below this, nginx found no status line

local function refuse(state, why)
  state.refused = why
  return ngx.exit(REFUSED)
end

-- It has run.
local function refuse_interim(state)
  interim.note(state.route.vhost)
  if not interim.leads(state) then
    return refuse(state, 'interim')
  end
  state.again = true
  return ngx.exit(AGAIN)
end

-- It may have run, and is not asked again.
local function refuse_foreign(state)
  if state.route.distinct > 1 then
    marks.add(state.host, state.route.vhost, state.backend.url)
  end
  return refuse(state, 'not_http')
end

-- Of a status below 200. That protocols are switched where nobody asked for it is no answer in any way.
local function refuse_status(state, status)
  if status < HTTP_0_9 then
    return refuse_foreign(state)
  elseif status == SWITCHING then
    return refuse(state, 'bad_answer')
  end
  return refuse_interim(state)
end

-- Headers that concern the connection to the backend alone (RFC 9110, 7.6.1).
local function hide_named(connection)
  for name in gmatch(lower(connection), '[^%s,]+') do
    if not OWN[name] then
      ngx.header[name] = nil
    end
  end
end

--- Header filter.
function _M.check()
  local status, var, state = ngx.status, ngx.var, states.get()
  if state then
    state.answered = true
  end
  if status < 200 then
    if status == SWITCHING and var.sent_upgrade ~= '' then
      ngx.header.Upgrade = var.upstream_http_upgrade
    elseif state then
      return refuse_status(state, status)
    end
  end
  local connection = var.upstream_http_connection
  if connection and not IS_USUAL[connection] then
    hide_named(connection)
  end
  if streams.is_named(ngx.header['content-type']) then
    streams.learn(state)
  end
end

return _M
