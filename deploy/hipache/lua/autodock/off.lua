-- Hosts that somebody took off (`autodock off`): they are answered with a text, whoever's
-- backends stand in their list.
--
-- All of them are known to every worker: read when it begins to hear what changes, and when
-- Redis tells that they did (tracking.lua); every second while nothing is heard. Without
-- Redis, those that were off stay so. So a request costs no question.

local complaint = require 'autodock.complaint'
local recur = require 'autodock.recur'
local redis = require 'autodock.redis'
local resp = require 'autodock.resp'
local settings = require 'autodock.settings'

local _M = {}

--- Hash of Redis: vhost to JSON with the `text`.
_M.KEY = settings.prefix .. 'autodock:off'

local READ_SECONDS = 1

-- Redis reads JSON; what is not such has no text, but its host is off.
local READ = [[
local found, flat = {}, redis.call('HGETALL', KEYS[1])
for i = 1, #flat, 2 do
  local ok, value = pcall(cjson.decode, flat[i + 1])
  local text = ok and type(value) == 'table' and value.text
  found[i], found[i + 1] = flat[i], type(text) == 'string' and text or ''
end
return found]]

local texts = {} -- by vhost
local is_fresh = false
local read_now, on_change
local is_heard = function()
  return false
end
local complain, is_well = complaint.about(ngx.WARN, 'which hosts are off cannot be read: ')

local function is_same(found)
  local count, known = 0, 0
  for vhost, text in pairs(found) do
    count = count + 1
    if texts[vhost] ~= text then
      return false
    end
  end
  for _ in pairs(texts) do
    known = known + 1
  end
  return count == known
end

local function take(flat)
  local found = {}
  for i = 1, #flat, 2 do
    found[flat[i]] = flat[i + 1]
  end
  if not is_same(found) then
    texts = found
    on_change()
  end
end

local function read()
  if is_fresh and is_heard() or redis.away() then
    return
  end
  is_fresh = true -- what changes from here on is read once more
  local replies, err = redis.pipeline(resp.encode { 'EVAL', READ, '1', _M.KEY }, 1)
  local flat = replies and replies[1]
  if flat and not flat.error then
    is_well()
    return take(flat)
  end
  is_fresh = false
  if flat then
    complain(flat.error or err)
  end
end

--- The text for a host that is off, by itself or by the vhost that answers for it; else nil.
function _M.text(host, vhost)
  return texts[host] or vhost and texts[vhost] or nil
end

--- The route, or in its place { kind = 'off', vhost?, text, instead_of } where the host is off.
function _M.instead_of(route, host)
  local text = _M.text(host, route.vhost)
  return text and { kind = 'off', vhost = route.vhost, text = text, instead_of = route.kind } or route
end

--- They may have changed.
function _M.changed()
  is_fresh = false
  recur.soon(read_now)
end

--- Begins to know them, and goes on as long as this worker lives.
-- @param hears whether changes are heard
-- @param changed called when they are others
function _M.start(hears, changed)
  is_heard, on_change = hears, changed
  read_now = recur.every(READ_SECONDS, 'reading what is off', read)
  recur.soon(read_now)
end

return _M
