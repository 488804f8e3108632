-- Looks at a list that has changed before a request asks for it, so that new backends are
-- probed (proof.lua) and connections to withdrawn ones let go (idle.lua) at once.

local lookup = require 'autodock.lookup'
local proof = require 'autodock.proof'

local log, ERR = ngx.log, ngx.ERR

local _M = {}

local AT_ONCE = 50

local due, running = {}, false

local function look_at_some()
  local threads = {}
  for vhost in pairs(due) do
    due[vhost] = nil
    threads[#threads + 1] = ngx.thread.spawn(lookup.find, vhost)
    if #threads == AT_ONCE then
      break
    end
  end
  for _, thread in ipairs(threads) do
    local ok, err = ngx.thread.wait(thread)
    if not ok then
      log(ERR, 'a list that has changed cannot be looked at: ', err)
    end
  end
end

local function run()
  while next(due) do
    local ok, err = pcall(look_at_some)
    if not ok then
      log(ERR, 'lists that have changed cannot be looked at: ', err)
    end
  end
  running = false
end

--- The list of a vhost has changed.
function _M.changed(vhost)
  if not proof.knows(vhost) then
    return
  end
  due[vhost] = true
  running = running or ngx.timer.at(0, run)
end

return _M
