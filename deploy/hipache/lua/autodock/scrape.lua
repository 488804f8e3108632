-- The figures for a Prometheus of another machine, which must know the token.

local metrics = require 'autodock.metrics'
local settings = require 'autodock.settings'

local _M = {}

-- How long it takes to compare digests tells nothing of the token.
local expected = ngx.sha1_bin(settings.metrics_token)

local function is_known()
  local given = (ngx.var.http_authorization or ''):match '^[Bb]earer +(%S+)$'
  return given and ngx.sha1_bin(given) == expected
end

--- Prints all metrics for who knows FRONT_METRICS_TOKEN, else 401.
function _M.answer()
  if is_known() then
    metrics.print()
    return
  end
  ngx.status = 401
  ngx.header['WWW-Authenticate'] = 'Bearer'
  ngx.say 'this wants the header Authorization: Bearer, with FRONT_METRICS_TOKEN'
end

return _M
