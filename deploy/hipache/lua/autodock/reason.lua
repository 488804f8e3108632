-- Why a request that was led to a backend has no answer of it, in one word.

local attempt = require 'autodock.attempt'

local match = string.match

local _M = {}

local NOTHING = '0'

-- Nothing came, or something other than the head of an answer (nginx's log says what is wrong with it).
local function of_what_came()
  local bytes = match(ngx.var.upstream_bytes_received or '', '(%d+)$') or NOTHING
  return bytes == NOTHING and 'closed' or 'bad_answer'
end

--- `unreachable` (refused, or there is no way there), `connect_timeout`, `closed` (before a byte
-- of an answer), `slow`, `bad_answer`, `not_http`, `interim` (head.lua), or `internal`.
-- @param status what nginx made of it: 500, 502 or 504
function _M.of(state, status)
  if state.refused then
    return state.refused
  elseif status == 500 then
    return 'internal'
  elseif attempt.never_connected(state, state.tries) then
    return status == 504 and 'connect_timeout' or 'unreachable'
  end
  return status == 504 and 'slow' or of_what_came()
end

return _M
