-- How the attempts of a request went, and what that means for the backends that they went to.

local marks = require 'autodock.marks'

local gmatch, match, sub = string.gmatch, string.match, string.sub
local ngx = ngx

local _M = {}

-- What nginx says of this attempt in a variable that has a word for each.
local function word_of(state, try, words)
  local at = state.held and -state.held.tries or 0
  for word in gmatch(words or '', '[^%s,:]+') do
    at = at + 1
    if at == try then
      return word
    end
  end
end

--- Whether an attempt never connected: it has `-` for its connect time. That tells a
-- backend that is gone from one that closed an idle connection under us. One that speaks first
-- may be heard before nginx has seen that it accepted the connection, and has no time either.
function _M.never_connected(state, try)
  return word_of(state, try, ngx.var.upstream_connect_time) == '-'
    and word_of(state, try, ngx.var.upstream_bytes_received) == '0'
end

--- Whether an attempt got a connection, and no answer in its time.
function _M.was_slow(state, try)
  return word_of(state, try, ngx.var.upstream_status) == '504' and not _M.never_connected(state, try)
end

-- What nginx itself would send to another backend, too.
local REPEATABLE = { GET = true, HEAD = true, OPTIONS = true, PUT = true, DELETE = true, TRACE = true }

--- Whether the last attempt ended before anything came back, of a request that may be sent
-- twice: a server that is told to end closes connections that it has not looked at.
function _M.broke_off(status)
  return status == 502 and REPEATABLE[ngx.req.get_method()] ~= nil
    and match(ngx.var.upstream_bytes_received or '', '[^%s,:]+$') == '0'
end

--- The last attempt never connected, too, of which no further balancer phase tells.
function _M.mark_last(state)
  if state.route.distinct > 1 then
    marks.add(state.host, state.route.vhost, state.backend.url)
  end
end

--- What only the last phase knows: how the last backend answered, or that it did not.
function _M.judge(state, status)
  if not state.backend then
    return
  elseif _M.never_connected(state, state.tries) then
    _M.mark_last(state)
  elseif not state.failed and sub(ngx.var.upstream_header_time or '-', -1) ~= '-' then
    marks.answered(state, status, ngx.var.upstream_http_retry_after)
  end
end

return _M
