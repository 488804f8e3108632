-- The Host header: what it names, and what the backend gets to see of it.

local find, lower, match, sub = string.find, string.lower, string.match, string.sub

local _M = {}

local MAX_LENGTH = 253

local function is_sane(name)
  if #name > MAX_LENGTH then
    return false
  end
  return find(name, '^[%w_][%w._-]*$') or find(name, '^%[[%x:.]+%]$')
end

-- The host of an absolute request line, as it was sent.
local function authority_of(request)
  return match(request or '', '^%S+ %a[%w+.-]*://([^/?#%s]*)')
end

-- Whether a text names this host, with a trailing dot or a port at the most.
local function names(text, name)
  return text and lower(sub(text, 1, #name)) == name and find(text, '^%.?:?%d*$', #name + 1)
end

--- The requested host, and the Host header for the backend; nil if the request
-- names no host or one of characters that no key should ever hold.
-- @param name nginx's $host: lower case, without port and trailing dot; empty
-- if there is none
-- @param header the Host header as sent; nil in HTTP/1.0
-- @param request the request line; a host that it names beats the header (RFC 9112, 3.2.2)
function _M.parse(name, header, request)
  if not name or not is_sane(name) then
    return nil
  end
  local authority = authority_of(request)
  if not header or authority or lower(sub(header, 1, #name)) ~= name then
    return name, names(authority, name) and authority or name
  end
  return names(header, name) and name or nil, header
end

return _M
