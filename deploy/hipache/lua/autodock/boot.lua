-- Routes of this host that were written before the addresses of its containers were dealt anew:
-- what stands in Redis leads to whoever has them now. That is so
--
-- - after a boot: the record of the host's owner (settings.owner) says in which one its routes
--   were written. Where that is not this one, all that it claims is old;
-- - after the engine was started anew and ended all containers, this front and the controller
--   among them: no interface is left of those that a front here saw (interfaces.lua). Then what
--   the owner claims on such bridges is old.
--
-- What is old gets no requests until the owner's controller has looked at all of it and says so.
-- What others wrote stays. A front that is started anew by itself finds the interfaces that it
-- knew, and serves all, whether or not there is a controller.
--
-- Each worker finds that out before its first lookup, and once it is settled nothing of it
-- is left. Without settings.owner nothing is asked.

local backend = require 'autodock.backend'
local cache = require 'autodock.cache'
local interfaces = require 'autodock.interfaces'
local lastknown = require 'autodock.lastknown'
local noted = require 'autodock.noted'
local owner = require 'autodock.owner'
local recur = require 'autodock.recur'
local refresh = require 'autodock.refresh'
local settings = require 'autodock.settings'

local match = string.match
local log, NOTICE, WARN = ngx.log, ngx.NOTICE, ngx.WARN
local shared = ngx.shared.counters

local _M = {}

local LOOK_SECONDS, NOTE_SECONDS = 0.25, 1
local BOOT_ID = '/proc/sys/kernel/random/boot_id'
-- Shared: kept over a reload, and gone with the container.
local SETTLED, HELD = 'routes are right', 'routes are old'
-- A worker that holds some says so again and again: one that a reload or a fault ended will never say that it is over.
local HELD_SECONDS = 30

local boot_id
local is_over = settings.owner == ''
local old -- by vhost: { [url] = true }; nil: it is not known yet, or nothing is
local awaited -- the look that ends it; nil: the first one of this boot does

local function is_settled()
  is_over = is_over or shared:get(SETTLED) or false
  return is_over
end

-- What was read of it before leads to others' containers, also for a worker that is without Redis just now: it is
-- not known any more before that worker may use it. So whoever never held it says nothing for workers that do.
local function settle()
  is_over = true
  if old then
    log(NOTICE, 'the routes of ', settings.owner, ' lead to its containers')
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

local function is_of_another_boot(told)
  return told.written ~= nil and told.written ~= boot_id
end

-- A function that says of a URL that it leads to a container that is newer than this interface.
local function leads_beyond(newest)
  local is_anew = interfaces.since(newest)
  return function(url)
    local to = backend.parse(url)
    return to and to.address and is_anew(match(to.address, '[^%[%]]+'))
  end
end

local function everything()
  return true
end

-- Why routes may be old, and a function that says of a URL whether it is; nil: none is.
local function reason(told)
  if is_of_another_boot(told) then
    return 'this host was booted', everything
  elseif told.looked and told.boot == boot_id then
    return 'its containers were started anew', leads_beyond(told.newest)
  end
end

-- Those of what is claimed that are old, as { [vhost] = { [url] = true } }.
local function old_among(claims, is_old)
  local found = {}
  for vhost, urls in pairs(claims) do
    for _, url in ipairs(urls) do
      if is_old(url) then
        found[vhost] = found[vhost] or {}
        found[vhost][url] = true
      end
    end
  end
  return found
end

local function hold(found, why)
  log(WARN, 'the routes of ', settings.owner, ' were written before ', why, ', ',
    'and get no requests until its controller has looked at them')
  old = found
  shared:set(HELD, true, HELD_SECONDS)
end

local function read()
  local told = owner.told()
  if not told then
    return false
  end
  local why, is_old = reason(told)
  local claims = not why and {} or owner.claims()
  local found = claims and old_among(claims, is_old)
  if not found then
    return false
  elseif not next(found) then
    settle()
    return true
  end
  local number = not is_of_another_boot(told) and told.asked + 1 or nil
  local is_asked = not number or owner.ask(number)
  if is_asked == false then
    settle() -- nobody would look
  elseif is_asked and not old and not is_settled() then -- nobody was faster
    awaited = number
    hold(found, why)
  end
  return is_asked ~= nil
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

local function was_looked_at(told)
  if awaited then
    return not told.looked or told.looked >= awaited
  end
  return not is_of_another_boot(told)
end

local function look_again()
  if not old then
    _M.look()
    return
  end
  shared:set(HELD, true, HELD_SECONDS)
  local told = not is_settled() and owner.told()
  if is_over or told and was_looked_at(told) then
    settle()
  elseif told and awaited and told.asked < awaited then
    owner.ask(awaited) -- Redis has lost it
  end
end

local function take_note()
  if shared:get(SETTLED) or is_over and not shared:get(HELD) then
    noted.renew(boot_id)
  end
end

--- Begins to look whether old routes were written anew, for as long as there are some, and to take
-- note of what tells the next start that there are none.
function _M.start()
  local file = not is_over and io.open(BOOT_ID)
  if not file then
    is_over = true
    return
  end
  boot_id = file:read '*l'
  file:close()
  recur.every(LOOK_SECONDS, 'looking for the first routes of this boot', look_again)
  if refresh.is_reader() then
    recur.every(NOTE_SECONDS, 'noting the newest interface', take_note)
  end
end

return _M
