-- Connects to backends again and again, until they accept a connection.
--
-- One prober for each URL and worker. It ends when nobody has asked for longer than a
-- request waits.

local backend = require 'autodock.backend'
local names = require 'autodock.names'
local rooms = require 'autodock.rooms'
local settings = require 'autodock.settings'

local log, ERR = ngx.log, ngx.ERR
local min, now = math.min, ngx.now

local _M = {}

local FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 0.05, 0.25, 1.5
local INTEREST_SECONDS = settings.hold + 5
-- Each runs in a timer of its own, of which nginx has a limited number.
local MOST = 256
local SILENT_SECONDS = 5 -- most applications listen by then; of others people are told

local probes, count = {}, 0 -- by URL: { asked, began, listener }

local function accepts(candidate)
  local address = candidate.address or names.resolve(candidate.host)
  if not address then
    return false
  end
  local sock = ngx.socket.tcp()
  sock:settimeout(settings.connect_timeout_ms)
  local ok = sock:connect(address, candidate.port)
  if ok then
    sock:close()
  end
  return ok
end

local function is_wanted(probe)
  if ngx.worker.exiting() and rooms.total() == 0 then
    return false
  end
  return now() - probe.asked < INTEREST_SECONDS
end

-- Each attempt is made out of a timer: connection.lua says why in leave_event.
local function try_until_accepted(candidate, probe)
  local pause = FIRST_PAUSE
  repeat
    if accepts(candidate) then
      return true
    end
    ngx.sleep(pause)
    pause = min(pause * GROWTH, LONGEST_PAUSE)
    if now() - probe.began > SILENT_SECONDS then
      probe.listener.silent(candidate.url)
    end
  until not is_wanted(probe)
  return false
end

local function run(_, candidate, probe)
  local ok, accepted = pcall(try_until_accepted, candidate, probe)
  probes[candidate.url], count = nil, count - 1
  if not ok then
    log(ERR, 'connecting to ', candidate.url, ' failed: ', accepted)
  end
  probe.listener.ended(candidate.url, ok and accepted)
end

--- Has a backend probed, from now on or still.
-- @param listener its `ended` is called when the prober ends, with the URL and whether a
-- connection was accepted, its `silent` with the URL as long as it takes too long
-- @return whether it is; not if the URL names no backend, or too many are probed
function _M.want(url, listener)
  local probe = probes[url]
  if probe then
    probe.asked = now()
    return true
  end
  local candidate = count < MOST and backend.parse(url)
  if not candidate then
    return false
  end
  probe = { asked = now(), began = now(), listener = listener }
  local ok, err = ngx.timer.at(0, run, candidate, probe)
  if not ok then
    log(ERR, url, ' gets requests without having accepted a connection: ', err)
    return false
  end
  probes[url], count = probe, count + 1
  return true
end

return _M
