-- Routes of this host that were written before it was booted: its containers have other
-- addresses since, and what stands in Redis leads to whoever has theirs now.
--
-- The record of the host's owner (settings.owner) says in which boot its routes were
-- written. Where that is not this one, what the owner claims is old, and gets no requests,
-- until its controller has looked at all of it and says so. What others wrote stays.
--
-- Each worker finds that out before its first lookup, and once it is settled nothing of it
-- is left. Without settings.owner nothing is asked.

local cache = require 'autodock.cache'
local lastknown = require 'autodock.lastknown'
local recur = require 'autodock.recur'
local redis = require 'autodock.redis'
local refresh = require 'autodock.refresh'
local resp = require 'autodock.resp'
local settings = require 'autodock.settings'

local log, NOTICE, WARN = ngx.log, ngx.NOTICE, ngx.WARN
local shared = ngx.shared.counters

local _M = {}

local LOOK_SECONDS = 0.25
local BOOT_ID = '/proc/sys/kernel/random/boot_id'
-- Shared: kept over a reload, and gone with the boot.
local SETTLED, HELD = 'routes are of this boot', 'routes are of a boot before'
local RECORD = settings.prefix .. 'autodock:engine:' .. settings.owner
local CLAIMS = settings.prefix .. 'autodock:owner:' .. settings.owner
local NO_CLAIMS, FIRST = '', '0'

-- A step of what an owner claims whose routes another boot wrote: the cursor of the next
-- one, then { vhost, url, url, ... } each; nothing where they are of this one, or where it
-- is not said.
local READ = [[
local is_json, record = pcall(cjson.decode, redis.call('GET', KEYS[1]) or '')
local boot = is_json and type(record) == 'table' and record.written
if type(boot) ~= 'string' or boot == ARGV[1] then return {} end
if ARGV[2] == '' then return { '0' } end
local step = redis.call('HSCAN', KEYS[2], ARGV[2], 'COUNT', 500)
local found, flat = { step[1] }, step[2]
for i = 1, #flat, 2 do
  local one, is_claim, claim = { flat[i] }, pcall(cjson.decode, flat[i + 1])
  for url in pairs(is_claim and type(claim) == 'table' and claim or {}) do
    one[#one + 1] = tostring(url)
  end
  found[#found + 1] = one
end
return found]]

-- Redis will tell later: it loads its data, is busy, or has lost its master.
local LATER = { LOADING = true, BUSY = true, MASTERDOWN = true }

local boot_id
local is_over = settings.owner == ''
local old -- by vhost: { [url] = true }; nil: it is not known yet, or nothing is

local function is_settled()
  is_over = is_over or shared:get(SETTLED) or false
  return is_over
end

-- What was read of it before leads to others' containers, also for a worker that is without Redis just now: it is
-- not known any more before that worker may use it. So whoever never held it says nothing for workers that do.
local function settle()
  is_over = true
  if old then
    log(NOTICE, 'the routes of ', settings.owner, ' are of this boot')
    for vhost in pairs(old) do
      lastknown.void(vhost)
      refresh.changed(vhost)
    end
    old = nil
    cache.forget_all()
  elseif shared:get(HELD) then
    return
  end
  shared:set(SETTLED, true)
end

-- The reply; nil if Redis does not tell. Who may not ask does without.
local function ask(cursor)
  local command = resp.encode { 'EVAL', READ, '2', RECORD, CLAIMS, boot_id, cursor }
  local replies = redis.pipeline(command, 1)
  local reply = replies and replies[1]
  if not reply or not reply.error then
    return reply
  elseif LATER[reply.error:match '^%u+'] then
    return redis.failed(reply.error)
  end
  log(WARN, 'whether routes were written before this host was booted is not known: ', reply.error)
  return {}
end

local function take(found, reply)
  for i = 2, #reply do
    local urls = {}
    for j = 2, #reply[i] do
      urls[reply[i][j]] = true
    end
    found[reply[i][1]] = urls
  end
end

local function read()
  local found, cursor = {}, FIRST
  repeat
    local reply = ask(cursor)
    if not reply then
      return false
    elseif #reply == 0 then
      settle()
      return true
    end
    take(found, reply)
    cursor = reply[1]
  until cursor == FIRST
  if not old then
    log(WARN, 'the routes of ', settings.owner, ' were written before this host was booted, ',
      'and get no requests until its controller has looked at them')
  end
  old = found
  shared:set(HELD, true)
  return true
end

--- Finds out which routes are old, unless that is known; false if Redis does not tell.
function _M.look()
  return old ~= nil or is_settled() or read()
end

--- Whether it is known which routes are old.
function _M.is_known()
  return old ~= nil or is_settled()
end

--- Whether there are old ones.
function _M.holds()
  return old ~= nil
end

--- The backends of a vhost that must not get requests, as { [url] = true }; nil: there are none.
function _M.old(vhost)
  return old and old[vhost]
end

local function look_again()
  if not old then
    return
  end
  local reply = not is_settled() and ask(NO_CLAIMS)
  if is_over or reply and #reply == 0 then
    settle()
  end
end

--- Begins to look whether old routes were written anew, for as long as there are some.
function _M.start()
  local file = not is_settled() and io.open(BOOT_ID)
  if not file then
    is_over = true
    return
  end
  boot_id = file:read '*l'
  file:close()
  recur.every(LOOK_SECONDS, 'looking for the first routes of this boot', look_again)
end

return _M
