-- What containers ask of fronts for their vhost by labels, beside its list: a hash of Redis, each owner's in JSON.
--
-- Of each word the oldest container's wish counts, whoever's it is. The twin of `parseOptions` and `oldestOptions` of
-- the controller. What counts is one line of text, as it is kept with the list for a time without Redis:
-- `timeout=300000 idle=60000 scheme=grpc verify=off`, milliseconds; empty for most vhosts.

local cjson = require 'cjson.safe'
local complaint = require 'autodock.complaint'
local lrucache = require 'resty.lrucache'
local settings = require 'autodock.settings'

local match = string.match

local _M = {}

--- What stands before a vhost in the name of its key.
_M.KEYS = settings.prefix .. 'autodock:options:'

local MOST = 1000 -- different texts that are remembered

local function is_milliseconds(value)
  return type(value) == 'number' and value > 0 and value % 1 == 0
end

local function is(word)
  return function(value)
    return value == word
  end
end

local WORDS = { 'timeout', 'idle', 'scheme', 'verify' }
local IS_VALUE = { timeout = is_milliseconds, idle = is_milliseconds, scheme = is 'grpc', verify = is 'off' }

local complain, is_well = complaint.about(ngx.WARN, 'what labels ask of this front cannot be read: ')
local meanings = assert(lrucache.new(MOST))

-- Puts into `oldest` what this owner asks for, where it is older. Of equally old ones the owner that comes first.
local function take(oldest, owner, text)
  local asked = cjson.decode(text)
  local since = type(asked) == 'table' and asked.since
  if type(since) ~= 'table' then
    return
  end
  for _, word in ipairs(WORDS) do
    local known, age = oldest[word], since[word]
    if IS_VALUE[word](asked[word]) and type(age) == 'number'
      and (not known or age < known.age or age == known.age and owner < known.owner) then
      oldest[word] = { value = asked[word], age = age, owner = owner }
    end
  end
end

--- What counts of a reply to HGETALL.
function _M.text(flat)
  if flat.error then
    complain(flat.error)
    return ''
  elseif #flat == 0 then
    return ''
  end
  is_well()
  local oldest, words = {}, {}
  for i = 1, #flat, 2 do
    take(oldest, flat[i], flat[i + 1])
  end
  for _, word in ipairs(WORDS) do
    local found = oldest[word]
    if found then
      words[#words + 1] = word .. '=' .. (type(found.value) == 'number' and ('%d'):format(found.value) or found.value)
    end
  end
  return table.concat(words, ' ')
end

local function seconds(text, word)
  local ms = match(text, word .. '=(%d+)')
  return ms and ms / 1000 or nil
end

-- The location that leads to the backends; nil: the usual one.
local function place_of(text)
  if match(text, 'scheme=grpc') then
    return '@grpc'
  end
  return match(text, 'verify=off') and '@unverified' or nil
end

--- What a text means: { timeout?, idle?, place? }, seconds, and the location of nginx that leads to the backends.
function _M.meaning(text)
  local meaning = meanings:get(text)
  if not meaning then
    meaning = { timeout = seconds(text, 'timeout'), idle = seconds(text, 'idle'), place = place_of(text) }
    meanings:set(text, meaning)
  end
  return meaning
end

return _M
