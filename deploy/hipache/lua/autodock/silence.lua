-- Backends that fall silent: their machine has lost its power or its link, and nothing refuses
-- what is sent to them.
--
-- A connection that does not come about costs FRONT_CONNECT_TIMEOUT; but once one has not for a
-- second, whoever comes next is sent elsewhere. One that was there before would cost
-- FRONT_READ_TIMEOUT, and who comes next would get the next kept one. So while a request waits, its
-- connection is looked at. An application may take all of its time: the system below it
-- acknowledges at once what comes, and a question of ours (TCP's keepalive) where nothing is on its
-- way. Where it has done neither for two seconds since it was sent something, and was sent the same
-- again and again, the connection is shut down. nginx takes that for the other side's doing, and
-- sends elsewhere what may be sent twice; the backend is tried last from then on.

local ffi = require 'ffi'
local marks = require 'autodock.marks'
local peers = require 'autodock.peers'
local proof = require 'autodock.proof'
local recur = require 'autodock.recur'
local states = require 'autodock.state'

local C = ffi.C
local log, WARN = ngx.log, ngx.WARN

ffi.cdef [[
int getsockopt(int fd, int level, int name, void *value, unsigned int *length);
int setsockopt(int fd, int level, int name, const void *value, unsigned int length);
]]

local _M = {}

local LOOK_SECONDS = 0.5
-- The second question goes out two seconds after the last sign; its answer has its time, too.
local SILENT_MS, ASKED_MS, UNANSWERED = 2000, 2250, 2
-- A connection that is fine is looked at each time at first, later each tenth time: all of them at once, as a look
-- at any asks all files of the worker.
local EACH_TIME, NOW_AND_AGAIN = 8, 10
-- So many looks, the first of which only sees that a request waits, leave it a second at the least.
local CONNECTING_LOOKS = 2

-- Of Linux.
local SOCKET, KEEPALIVE = 1, 9
local TCP, KEEPALIVE_IDLE, KEEPALIVE_PAUSE, KEEPALIVE_COUNT, INFO = 6, 4, 5, 6, 11
local RETRANSMITS_AT, PROBES_AT = 2, 3 -- bytes of tcp_info
-- Its words of four bytes.
local WAIT_AT, UNACKNOWLEDGED_AT, LAST_SENT_AT, LAST_HEARD_AT, INFO_SIZE = 2, 6, 11, 14, 60

local ASK_AFTER_SECONDS, ASK_EVERY_SECONDS, ASK_TIMES = 1, 1, 5

local number, length = ffi.new 'int[1]', ffi.new 'unsigned int[1]'
local turn = 0 -- of NOW_AND_AGAIN
local info = ffi.new 'unsigned int[15]'
local bytes = ffi.cast('unsigned char *', info)

local function set(fd, level, name, value)
  number[0] = value
  C.setsockopt(fd, level, name, number, 4)
end

-- Has the system ask for a sign of life where nothing is on its way, from now on. It asks at once when
-- it is told so again, so it is told once.
local function ask_for_signs(fd)
  length[0] = 4
  if C.getsockopt(fd, SOCKET, KEEPALIVE, number, length) == 0 and number[0] == 0 then
    set(fd, TCP, KEEPALIVE_IDLE, ASK_AFTER_SECONDS)
    set(fd, TCP, KEEPALIVE_PAUSE, ASK_EVERY_SECONDS)
    set(fd, TCP, KEEPALIVE_COUNT, ASK_TIMES)
    set(fd, SOCKET, KEEPALIVE, 1)
  end
end

-- For how long what was sent again so often is on its way: each pause was twice the one before. What a kept
-- connection heard last is older than what it was sent. The system counts from when it sent it last, or, where
-- the neighbour's address is asked for meanwhile, first: that is never less than all pauses.
local function on_its_way_ms(retransmits)
  local pauses, since = info[WAIT_AT] / 1000 * (1 - 2 ^ -retransmits), info[LAST_SENT_AT]
  return since < pauses and pauses + since or since
end

local function is_silent(fd)
  length[0] = INFO_SIZE
  if C.getsockopt(fd, TCP, INFO, info, length) ~= 0 or length[0] < INFO_SIZE then
    return false
  end
  local heard = info[LAST_HEARD_AT]
  if info[UNACKNOWLEDGED_AT] == 0 then
    return bytes[PROBES_AT] >= UNANSWERED and heard >= ASKED_MS
  end
  local retransmits = bytes[RETRANSMITS_AT]
  return retransmits >= UNANSWERED and heard >= SILENT_MS and on_its_way_ms(retransmits) >= SILENT_MS
end

-- Whether a request has waited for the same backend since the last look, and is due to be looked at.
local function is_due(state)
  if state.seen ~= state.tries then
    state.seen, state.looks = state.tries, 0
    return false
  end
  state.looks = state.looks + 1
  return state.looks <= EACH_TIME or turn == 0
end

-- By the key of their backend.
local function waiting()
  local found = {}
  for _, state in states.each() do
    local backend = state.backend
    if backend and is_due(state) then
      local key = peers.key(backend)
      if key then
        found[key] = found[key] or {}
        table.insert(found[key], state)
      end
    end
  end
  return found
end

local function give_up(requests)
  log(WARN, requests[1].backend.url, ' has fallen silent: it acknowledges nothing, so its connections are shut down')
  for _, state in ipairs(requests) do
    local host, vhost, url = state.host, state.route.vhost, state.backend.url
    marks.add(host, vhost, url)
    proof.doubt(host, vhost, url)
  end
end

-- Those of requests that have no answer, and for which there is no connection at all.
local function doubt_unconnected(requests, connected)
  for key, states_of in pairs(requests) do
    for _, state in ipairs(connected[key] and {} or states_of) do
      if not state.answered and state.looks >= CONNECTING_LOOKS then
        proof.doubt(state.host, state.route.vhost, state.backend.url)
      end
    end
  end
end

local function look()
  turn = (turn + 1) % NOW_AND_AGAIN
  local requests, silent, connected = waiting(), {}, {}
  if not next(requests) then
    return
  end
  peers.visit(requests, function(fd, key)
    connected[key] = true
    ask_for_signs(fd)
    if is_silent(fd) then
      silent[key] = true
      peers.shut_down(fd)
    end
  end)
  for key in pairs(silent) do
    give_up(requests[key])
  end
  doubt_unconnected(requests, connected)
end

--- Begins to look, and goes on as long as this worker lives, and as it ends what it began.
function _M.start()
  recur.every(LOOK_SECONDS, 'looking for backends that fell silent', look, states.any)
end

return _M
