-- Requests that have no answer of a backend: one that may is sent once more, others are told why.

local attempt = require 'autodock.attempt'
local counters = require 'autodock.counters'
local failures = require 'autodock.failures'
local hold = require 'autodock.hold'
local pages = require 'autodock.pages'
local proof = require 'autodock.proof'
local reasons = require 'autodock.reason'
local states = require 'autodock.state'

local sub = string.sub
local ngx = ngx

local _M = {}

-- Whether a request that no backend has begun to answer is sent once more.
local function wait_and_repeat(state, status)
  if attempt.never_connected(state, state.tries) then
    proof.doubt(state.host, state.route.vhost, state.backend.url)
    if not hold.may_repeat(state) then
      return false
    end
    attempt.mark_last(state)
  elseif not attempt.broke_off(state.ended or status) or not hold.may_send_again(state) then
    return false
  end
  ngx.status = 200 -- else the answer keeps the other one
  return true
end

-- Says in the log, and for people, why there is no answer of a backend.
local function tell_reason(state, found, status)
  if state and state.backend then
    local reason = reasons.of(state, found)
    ngx.var.reason = reason
    failures.note(state, status, reason)
  end
end

--- Content phase of the error page: answers for a failure that nginx found.
-- A connection that never came about is not a late answer.
function _M.explain()
  local status, state = ngx.status, states.get()
  if state then
    if state.backend and wait_and_repeat(state, status) then
      return ngx.exec('@hold')
    end
    state.failed = true
    status = state.ended or status
  end
  local found = status
  if status == 504 and sub(ngx.var.upstream_connect_time or '', -1) == '-' then
    status = 502
  end
  if ngx.var.limit_conn_status == 'REJECTED' then
    ngx.var.refused, ngx.var.reason = 'uploads', 'uploads'
    counters.count('refused uploads')
  end
  tell_reason(state, found, status)
  return pages.explain(status, state and state.refused)
end

return _M
