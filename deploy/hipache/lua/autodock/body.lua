-- The body of a request that may have to be sent once more.
--
-- By HTTP/2 the head need not tell whether there is one, and the end of one that is empty may come by itself. nginx
-- knows once it has read it; so that of a request which hardly ever has a large one is read first.

local ngx, get_method, tonumber = ngx, ngx.req.get_method, tonumber

local _M = {}

local EMPTY = '0'
local MAY_BE_READ = { GET = true, HEAD = true, OPTIONS = true, DELETE = true }

-- Whether the head leaves open what there is.
local function is_untold(var)
  return var.http2 ~= '' and not var.http_content_length
end

local function is_empty(var)
  return var.http2 ~= '' and var.http_content_length == EMPTY
end

--- Reads the body of a request that may be sent twice, where its head does not tell of one, or tells of an empty one.
-- For a location that streams.
-- @param var ngx.var
function _M.read_untold(var)
  if is_empty(var) or is_untold(var) and MAY_BE_READ[get_method()] then
    ngx.req.read_body()
  end
end

--- Whether all of it is here. What is left of one that was begun to be read cannot be read later.
function _M.is_whole(var)
  local length = tonumber(var.content_length) -- also of what was read
  if length == 0 then
    return true
  elseif not length and is_untold(var) then
    return MAY_BE_READ[get_method()] ~= nil
  elseif not length then
    return not var.http_transfer_encoding
  end
  local body = ngx.req.get_body_data()
  return body and #body == length or false
end

return _M
