-- Vhosts whose backends send interim answers that nobody asked for (100, 102).
--
-- nginx takes such a one for the answer (head.lua), which is lost with it. From then on requests for that
-- vhost go to the backend by way of this front itself: the other end of a socket of its own leaves interim
-- answers out, and passes on all other bytes. The request that met the first one goes that way as well if it
-- asks for nothing to be done. Any other is refused: it has run.

local body = require 'autodock.body'
local cache = require 'autodock.cache'
local marks = require 'autodock.marks'
local proof = require 'autodock.proof'
local settings = require 'autodock.settings'
local unheard = require 'autodock.unheard'

local find, match, sub = string.find, string.match, string.sub
local shared = ngx.shared.interim

local _M = {}

local KEPT_SECONDS = 86400
local SOCKET = 'unix:' .. settings.run .. '/interim.sock'
local CHUNK_BYTES, LONGEST_HEAD = 65536, 1048576
local IDLE_MS = settings.idle_timeout * 1000
local HTTP, HINT = 'HTTP/', '103' -- of which nginx knows who may have it
local ASKS_ONLY = { GET = true, HEAD = true, OPTIONS = true } -- HTTP's safe methods
local PLAIN, CHECKED, UNCHECKED = '-', '+', '?' -- how to speak, and before the name in a certificate
local HALF = 'the backend takes no more of the request'

--- A backend of a vhost has sent one.
function _M.note(vhost)
  if not shared:get(vhost) then
    unheard.tell(vhost)
    cache.void(vhost)
  end
  shared:set(vhost, true, KEPT_SECONDS)
end

--- Whether a request whose answer was lost is sent once more, by that way.
-- @param state of the request (state.lua)
function _M.leads(state)
  return not state.told and ASKS_ONLY[ngx.req.get_method()] ~= nil
    and body.is_whole(ngx.var)
end

--- Whether backends of a vhost are known to send them.
function _M.is_known(vhost)
  return shared:get(vhost) ~= nil
end

--- A backend as it is reached by that way, and what `relay` is told of it. It is the only one that is tried.
-- @param name what its certificate has to be for, if it speaks TLS
-- @param checks whether that is looked at
function _M.lead(backend, host, vhost, name, checks)
  local tls = backend.tls and (checks and CHECKED or UNCHECKED) .. name or PLAIN
  local told = ('%s %d %s %s %s %s'):format(backend.address, backend.port, tls, backend.url, host, vhost)
  return { url = backend.url, host = backend.host, address = SOCKET }, told
end

-- Whether these bytes can be no beginning of an answer.
local function is_foreign(bytes)
  return sub(bytes, 1, #HTTP) ~= sub(HTTP, 1, #bytes)
end

-- Of the first bytes of an answer: those that are passed on, those of which that cannot be said yet, and
-- whether all that follows is passed on.
local function sort_out(bytes, vhost)
  local passed = ''
  repeat
    local status = match(bytes, '^HTTP/1%.%d (%d%d%d)')
    local is_interim = not status or sub(status, 1, 1) == '1' and status ~= '101'
    if not is_interim or is_foreign(bytes) or #bytes > LONGEST_HEAD then
      return passed .. bytes, '', true
    end
    local _, ends = find(bytes, '\r\n\r\n', 1, true)
    if not status or not ends then
      return passed, bytes, false
    elseif status == HINT then
      passed = passed .. sub(bytes, 1, ends)
    else
      _M.note(vhost)
    end
    bytes = sub(bytes, ends + 1)
  until false
end

local function pass_answer(backend, client, vhost)
  local kept, whole = '', false
  repeat
    local bytes, err = backend:receiveany(CHUNK_BYTES)
    local passed = bytes
    if bytes and not whole then
      passed, kept, whole = sort_out(kept .. bytes, vhost)
    end
    local sent = passed and (passed == '' or client:send(passed))
  until err or not sent
  if kept ~= '' then
    client:send(kept) -- whatever it was to become
  end
end

local function pass_request(client, backend)
  repeat
    local bytes = client:receiveany(CHUNK_BYTES)
    if bytes and not backend:send(bytes) then
      return HALF -- it may have answered all the same
    end
  until not bytes
end

-- Whether the backend is spoken to in the way that it wants.
local function shake_hands(backend, tls)
  if tls == PLAIN then
    return true
  end
  local ok, err = backend:sslhandshake(false, sub(tls, 2), sub(tls, 1, 1) == CHECKED)
  if not ok then
    ngx.log(ngx.ERR, 'TLS with a backend that is known for interim answers failed: ', err)
  end
  return ok
end

local function connect(told)
  local address, port, tls, url, host, vhost = match(told or '', '^(%S+) (%d+) (%S+) (%S+) (%S+) (%S+)$')
  if not address then
    return nil
  end
  local backend = ngx.socket.tcp()
  backend:settimeouts(settings.connect_timeout_ms, IDLE_MS, IDLE_MS)
  if not backend:connect(address, tonumber(port)) then
    marks.add(host, vhost, url)
    proof.doubt(host, vhost, url)
    return nil
  end
  return shake_hands(backend, tls) and backend, vhost
end

--- Content phase of that other end: speaks to the backend, for one request. Times are those of whoever
-- is on this end.
function _M.relay()
  local backend, vhost = connect(ngx.var.http_x_autodock_relay)
  local head = backend and ngx.req.raw_header():gsub('\r\nX%-Autodock%-Relay: [^\r]*', '', 1)
  local client = backend and backend:send(head) and ngx.req.socket(true)
  if not client then
    return ngx.exit(ngx.HTTP_CLOSE)
  end
  client:settimeouts(IDLE_MS, IDLE_MS, IDLE_MS)
  local asking = ngx.thread.spawn(pass_request, client, backend)
  local answering = ngx.thread.spawn(pass_answer, backend, client, vhost)
  local _, why = ngx.thread.wait(asking, answering)
  if why == HALF then
    ngx.thread.wait(answering)
  end
  return ngx.exit(ngx.HTTP_CLOSE)
end

return _M
