-- From HTTP to HTTPS, for hosts that have a certificate here.

local host = require 'autodock.host'
local settings = require 'autodock.tls_settings'
local tls = require 'autodock.tls'

local find = string.find

local _M = {}

-- What comes by HTTP on purpose: the proof that a name is ours, before there is a
-- certificate, and the health check.
local function is_exempt(uri)
  return find(uri, '^/%.well%-known/acme%-challenge/') or find(uri, '^/__ping__$')
end

--- Rewrite phase: answers with a redirect if the request came by HTTP, also to a trusted
-- proxy, and there is a certificate of its host.
function _M.perhaps()
  local var = ngx.var
  if ngx.req.is_internal() or var.forwarded_proto == 'https' or is_exempt(var.request_uri) then
    return
  end
  local name = host.parse(var.host, var.http_host)
  if name and tls.has_certificate(name) then
    var.refused = 'redirected'
    return ngx.redirect('https://' .. name .. settings.shown_port .. var.request_uri, 308)
  end
end

return _M
