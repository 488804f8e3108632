-- What Redis tells of the owner on this host (settings.owner): in which boot its routes were
-- written, what it claims, and up to which time that was asked its controller has looked at all.

local complaint = require 'autodock.complaint'
local redis = require 'autodock.redis'
local resp = require 'autodock.resp'
local settings = require 'autodock.settings'

local match, tonumber = string.match, tonumber
local log, NOTICE, WARN = ngx.log, ngx.NOTICE, ngx.WARN

local _M = {}

local RECORD = settings.prefix .. 'autodock:engine:' .. settings.owner
local CLAIMS = settings.prefix .. 'autodock:owner:' .. settings.owner
-- Hash. `asked`: how often a front of this host has asked for a look at all routes; `newest`: the
-- boot and the number of the newest interface when they were right.
local FRONT = settings.prefix .. 'autodock:front:' .. settings.owner
local FIRST = '0'

-- The boot in which its routes were written, or ''; how often it has looked at all, or '' where its
-- controller is not asked for that.
local TELL = [[
local is_json, record = pcall(cjson.decode, redis.call('GET', KEYS[1]) or '')
record = is_json and type(record) == 'table' and record or {}
return {
  type(record.written) == 'string' and record.written or '',
  type(record.looked) == 'number' and string.format('%.0f', record.looked) or '',
}]]

-- A step of what the owner claims: the cursor of the next one, then { vhost, url, url, ... } each.
local STEP = [[
local step = redis.call('HSCAN', KEYS[1], ARGV[1], 'COUNT', 500)
local found, flat = { step[1] }, step[2]
for i = 1, #flat, 2 do
  local one, is_claim, claim = { flat[i] }, pcall(cjson.decode, flat[i + 1])
  for url in pairs(is_claim and type(claim) == 'table' and claim or {}) do
    one[#one + 1] = tostring(url)
  end
  found[#found + 1] = one
end
return found]]

-- What nobody could have counted to counts as nothing: `open.lua` of the controller reads it so, too.
local ASK = [[
local asked = tonumber(redis.call('HMGET', KEYS[1], 'asked')[1] or '0') or 0
if not (asked >= 0 and asked < 2 ^ 53) or asked < tonumber(ARGV[1]) then redis.call('HSET', KEYS[1], 'asked', ARGV[1]) end
return 1]]

-- Redis will tell later: it loads its data, is busy, or has lost its master.
local LATER = { LOADING = true, BUSY = true, MASTERDOWN = true }

local complain, is_well = complaint.about(NOTICE,
  'after the engine was started anew, routes may lead to other containers for a moment: ')

-- The replies; nil if Redis does not tell. In place of what it refuses is nothing.
local function ask(commands, count)
  local replies = redis.pipeline(commands, count)
  for i, reply in ipairs(replies or {}) do
    if type(reply) == 'table' and reply.error then
      if LATER[match(reply.error, '^%u+')] then
        return redis.failed(reply.error)
      end
      log(WARN, 'whether the routes of ', settings.owner, ' lead to its containers is not known: ', reply.error)
      replies[i] = {}
    end
  end
  return replies
end

local function count_of(text)
  local count = tonumber(text or nil) or 0
  return count >= 0 and count < 2 ^ 53 and count or 0
end

--- { written?, looked?, asked, boot?, newest? }; nil if Redis does not tell.
function _M.told()
  local replies = ask({
    resp.encode { 'EVAL', TELL, '1', RECORD },
    resp.encode { 'HMGET', FRONT, 'asked', 'newest' },
  }, 2)
  if not replies then
    return nil
  end
  local written, looked = replies[1][1] or '', replies[1][2]
  local boot, newest = match(replies[2][2] or '', '^(%S+) (%d+)$')
  return {
    written = written ~= '' and written or nil,
    looked = tonumber(looked),
    asked = count_of(replies[2][1]),
    boot = boot,
    newest = tonumber(newest),
  }
end

--- All that the owner claims, as { [vhost] = { url, url, ... } }; nil if Redis does not tell.
function _M.claims()
  local found, cursor = {}, FIRST
  repeat
    local replies = ask(resp.encode { 'EVAL', STEP, '1', CLAIMS, cursor }, 1)
    local step = replies and replies[1]
    if not step then
      return nil
    end
    for i = 2, #step do
      found[step[i][1]] = { unpack(step[i], 2) }
    end
    cursor = step[1] or FIRST
  until cursor == FIRST
  return found
end

-- Whether it was written; nil if Redis does not take it now. A replica takes nothing.
local function write(command)
  local replies = redis.pipeline(command, 1)
  local refusal = replies and type(replies[1]) == 'table' and replies[1].error
  if not replies or refusal and LATER[match(refusal, '^%u+')] then
    return nil
  elseif refusal then
    complain(refusal)
    return false
  end
  is_well()
  return true
end

--- Asks the owner's controller for a look at all of its routes, by a number that was not looked for yet.
-- Whether it is asked; nil if Redis does not take it now.
function _M.ask(number)
  return write(resp.encode { 'EVAL', ASK, '1', FRONT, tostring(number) })
end

--- Takes note of the newest interface in this boot, while the routes are right.
function _M.note(boot, newest)
  write(resp.encode { 'HSET', FRONT, 'newest', boot .. ' ' .. newest })
end

return _M
