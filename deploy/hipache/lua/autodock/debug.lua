-- hipache's X-Debug headers, for requests that ask for them by `X-Debug`.
-- Only there where FRONT_DEBUG is on.

local states = require 'autodock.state'

local format = string.format

local _M = {}

local VERSION = 'autodock'

local function about_backend(state, header)
  header['X-Debug-Backend-Url'] = state.backend.url
  header['X-Debug-Backend-Id'] = state.route.slots[state.backend.url]
  header['X-Debug-Vhost'] = state.route.id
  header['X-Debug-Time-Backend'] = ngx.var.upstream_header_time
end

--- Header filter: adds what is known of the way that the request took. As in
-- hipache, the vhost is the list's identifier, and the id a slot.
function _M.explain()
  local var = ngx.var
  if not var.http_x_debug then
    return
  end
  local state, header = states.get(), ngx.header
  header['X-Debug-Version-Hipache'] = VERSION
  header['X-Debug-Frontend-Key'] = var.vhost ~= '' and var.vhost or nil
  header['X-Debug-Time-Total'] = format('%.3f', ngx.now() - ngx.req.start_time())
  header['X-Debug-Request-Id'] = var.request_name
  if state and state.backend then
    about_backend(state, header)
  elseif var.refused ~= '' then
    header['X-Debug-Error'] = var.refused
  elseif ngx.status >= 500 then
    header['X-Debug-Error'] = 'no backend answered'
  end
end

return _M
