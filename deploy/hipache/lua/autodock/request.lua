-- What the backend is told of a request that has more to it than its host.

local find, match = string.find, string.match

local _M = {}

--- Sets what nginx.conf.in left at its defaults.
-- @param var ngx.var
-- @param header the Host header for the backend
function _M.describe(var, header)
  var.sent_host = header
  local port = match(header, ':(%d+)$')
  if port then
    var.sent_port, var.named_port = port, port
  end
  var.sent_connection, var.sent_upgrade = var.connection_header, var.upgrade
  if var.http_x_autodock_front and not find(var.sent_fronts, ' ', 1, true) then -- a request may come twice
    var.sent_fronts = var.http_x_autodock_front .. ' ' .. var.sent_fronts
  end
end

return _M
