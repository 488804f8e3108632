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

-- What most backends say of the connection, so that it need not be read word by word.
local USUAL = { ['keep-alive'] = true, ['Keep-Alive'] = true, close = true, Close = true }
-- Not for nginx to hide: it says of the connection to the client what is so.
local OWN = { ['keep-alive'] = true, close = true, upgrade = true }

local REFUSED = 590 -- a 502, after which nginx closes the client's connection (nginx.conf.in)
local HTTP_0_9 = 10 -- below this, nginx found no status line

-- It ran the request, or none; in either case it is not asked again.
local function refuse(status)
  local state = states.get()
  if not state then
    return
  end
  state.refused = status < HTTP_0_9 and 'not_http' or 'interim'
  local route, backend = state.route, state.backend
  if state.refused == 'interim' then
    interim.note(route.vhost)
  elseif route.distinct > 1 then
    marks.add(state.host, route.vhost, backend.url)
  end
  return ngx.exit(REFUSED)
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
  local status = ngx.status
  if status < 200 and status ~= ngx.HTTP_SWITCHING_PROTOCOLS then
    return refuse(status)
  end
  local connection = ngx.var.upstream_http_connection
  if connection and not USUAL[connection] then
    hide_named(connection)
  end
  if streams.is_named(ngx.var.upstream_http_content_type) then
    streams.learn(states.get())
  end
end

return _M
