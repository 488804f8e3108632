-- Whether a certificate may be asked for: the endpoint of Caddy's on-demand TLS,
-- on the local port alone.

local lookup = require 'autodock.lookup'

local _M = {}

local OWN_ROUTE = { routed = true, held = true }

local function status_of(host)
  if not host or #host > 253 or not host:find('^[%w_][%w._-]*$') then
    return 400
  end
  local route = lookup.find(host:lower())
  if route.kind == 'away' then
    return 503
  elseif OWN_ROUTE[route.kind] and route.vhost ~= '*' then
    return 200
  end
  return 404
end

--- Answers `?domain=NAME` with 200 if a list other than the catch-all answers
-- for the name, 404 if none does, 503 if that cannot be known now.
function _M.answer()
  local status = status_of(ngx.var.arg_domain)
  ngx.status = status
  ngx.say(status == 200 and 'yes' or 'no')
end

return _M
