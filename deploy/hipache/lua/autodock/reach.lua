-- Backends that take more than an address: names to resolve, TLS to speak.

local names = require 'autodock.names'

local _M = {}

local function with_address(backend)
  if backend.address then
    return backend
  end
  local address = names.resolve(backend.host)
  return address and { url = backend.url, host = backend.host, port = backend.port,
    tls = backend.tls, address = address }
end

--- Those of the backends that can be tried in one request, with addresses. It
-- keeps to the scheme of the first, as nginx does.
function _M.order(backends)
  local order = {}
  for _, backend in ipairs(backends) do
    local reachable = with_address(backend)
    if reachable and (#order == 0 or reachable.tls == order[1].tls) then
      order[#order + 1] = reachable
    end
  end
  return order
end

--- Tells nginx to speak TLS where the backend does, also where it spoke another way before.
-- One that is given by an address has to show a certificate of the requested host: nobody
-- gives out any for the address of a container.
function _M.prepare(backend, host)
  local scheme = backend.tls and 'https' or 'http'
  if ngx.var.backend_scheme ~= scheme or backend.tls then
    ngx.var.backend_scheme = scheme
    local name = backend.host == backend.address and host or backend.host
    ngx.var.backend_tls_name = backend.tls and name or ''
  end
end

return _M
