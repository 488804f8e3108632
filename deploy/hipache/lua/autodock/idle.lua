-- Lets go of the idle connections to a backend that was withdrawn: an application that is
-- told to stop often ends when its last connection does, and nginx would keep them for
-- FRONT_BACKEND_KEEPALIVE.
--
-- nginx has no call for it, but closes a kept connection whose other side does. So these
-- sockets are shut down from here, while no request of this worker is on its way to that
-- backend: then none of them is in use, and no request can begin meanwhile.

local backend = require 'autodock.backend'
local peers = require 'autodock.peers'
local states = require 'autodock.state'

local log, ERR = ngx.log, ngx.ERR
local min = math.min

local _M = {}

local FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 0.02, 1, 1.5
local PATIENCE_SECONDS = 600 -- for requests that are on their way

local leaving, running = {}, false -- by URL: until when it is tried

local function let_go_unused()
  local keys = {}
  for url, ends in pairs(leaving) do
    if not states.is_asked(url) then
      keys[peers.key(backend.parse(url)) or ''] = true
      leaving[url] = nil
    elseif ends <= ngx.now() then
      leaving[url] = nil
    end
  end
  if next(keys) then
    peers.visit(keys, peers.shut_down)
  end
end

local function run()
  local pause = FIRST_PAUSE
  repeat
    local ok, err = pcall(let_go_unused)
    if not ok then
      leaving = {}
      log(ERR, 'idle connections stay until their time is over: ', err)
    end
    ngx.sleep(next(leaving) and pause or 0.001)
    pause = min(pause * GROWTH, LONGEST_PAUSE)
  until not next(leaving) or ngx.worker.exiting()
  running = false
end

--- A backend has left a list.
function _M.let_go(url)
  local candidate = backend.parse(url)
  if not candidate or not candidate.address or candidate.tls then
    return -- connections by TLS are not kept, those by name end with their time
  end
  leaving[url] = ngx.now() + PATIENCE_SECONDS
  running = running or ngx.timer.at(0, run)
end

return _M
