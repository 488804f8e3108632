-- Where answers are streams of events though their requests do not say that they may be.
--
-- nginx has one time for the head and the rest of an answer, set before the request is sent, so
-- that what an answer says of itself comes too late for it. It counts from then on, for requests to the
-- same path of that vhost, in all workers.

local recur = require 'autodock.recur'

local find, gsub = string.find, string.gsub
local shared = ngx.shared.streams

local _M = {}

local KIND = 'text/event-stream'
local KEPT_SECONDS = 86400
local LOOK_SECONDS = 1
local LONGEST_PATH = 1000

local any = false -- most fronts know of none, and their requests need not ask

--- Whether a header names a stream of events.
function _M.is_named(header)
  return header ~= nil and find(header, KIND, 1, true) ~= nil
end

-- Parts of a path with a digit are mostly names of one thing each (`/jobs/17/events`), and alike here.
local function key_of(vhost, path)
  return vhost .. ' ' .. (gsub(path, '[^/]*%d[^/]*', '*'))
end

--- Header filter: takes note of an answer that is one.
-- @param state of the request (state.lua)
function _M.learn(state)
  local path = ngx.var.uri
  if not state or #path > LONGEST_PATH or ngx.var.asks_events ~= '' then
    return
  end
  any = true
  shared:set(key_of(state.route.vhost, path), true, KEPT_SECONDS)
  shared:set(state.route.vhost, true, KEPT_SECONDS)
end

--- Whether the answer at the path of this request was one.
-- @param var ngx.var
function _M.is_known(vhost, var)
  if not any or not shared:get(vhost) then
    return false
  end
  local path = var.uri
  return #path <= LONGEST_PATH and shared:get(key_of(vhost, path)) or false
end

--- Begins to hear what other workers, or those before a reload, learned.
function _M.start()
  local function look()
    any = any or #shared:get_keys(1) > 0
  end
  look()
  recur.every(LOOK_SECONDS, 'hearing which answers are streams', look)
end

return _M
