-- The Host header: what it names, and what the backend gets to see of it.

local find, lower, sub = string.find, string.lower, string.sub

local _M = {}

local MAX_LENGTH = 253

local function is_sane(name)
  if #name > MAX_LENGTH then
    return false
  end
  return find(name, '^[%w_][%w._-]*$') or find(name, '^%[[%x:.]+%]$')
end

--- The requested host, and the Host header for the backend; nil if the request
-- names no host or one of characters that no key should ever hold.
-- @param name nginx's $host: lower case, without port and trailing dot; empty
-- if there is none
-- @param header the Host header as sent; nil in HTTP/1.0
function _M.parse(name, header)
  if not name or not is_sane(name) then
    return nil
  elseif not header or lower(sub(header, 1, #name)) ~= name then
    return name, name -- an absolute request line beats the header (RFC 9112, 3.2.2)
  elseif not find(header, '^%.?:?%d*$', #name + 1) then
    return nil
  end
  return name, header
end

return _M
