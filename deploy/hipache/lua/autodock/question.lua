-- What Redis is asked for a host, and which vhosts may answer for it: in one round trip, with
-- the marks of the requested host.
--
-- Which vhost answers is mostly known from before (lastknown.lua). Then the lists up to its
-- own are asked for, and of its list alone what belongs to it: what is asked of fronts, and when it
-- ends. Where another one turns out to answer, everything is asked of all candidates.
--
-- The part that depends on the parent domain alone (`*.example.com` and shorter) is made
-- once for all hosts below it.

local lastknown = require 'autodock.lastknown'
local lrucache = require 'resty.lrucache'
local options = require 'autodock.options'
local settings = require 'autodock.settings'

local find, sub = string.find, string.sub
local concat, max = table.concat, math.max

local _M = {}

local MAX_WILDCARD_LABELS = 5
local FRONTEND, DEAD = settings.prefix .. 'frontend:', settings.prefix .. 'dead:'

local parents = assert(lrucache.new(1024))

-- `*.b.c`, `*.c`, `*` for the parent `b.c`; at most five labels after `*.`.
local function wildcards_of(parent)
  local suffixes, at = { parent }, find(parent, '.', 1, true)
  while at do
    suffixes[#suffixes + 1] = sub(parent, at + 1)
    at = find(parent, '.', at + 1, true)
  end
  local vhosts = {}
  for i = max(1, #suffixes - MAX_WILDCARD_LABELS + 1), parent == '' and 0 or #suffixes do
    vhosts[#vhosts + 1] = '*.' .. suffixes[i]
  end
  vhosts[#vhosts + 1] = '*'
  return vhosts
end

local function ask_list(vhost)
  local key = FRONTEND .. vhost
  return '*4\r\n$6\r\nLRANGE\r\n$' .. #key .. '\r\n' .. key .. '\r\n$1\r\n0\r\n$2\r\n-1\r\n'
end

local function ask_ttl(key)
  return '*2\r\n$4\r\nPTTL\r\n$' .. #key .. '\r\n' .. key .. '\r\n'
end

local function ask_options(vhost)
  local key = options.KEYS .. vhost
  return '*2\r\n$7\r\nHGETALL\r\n$' .. #key .. '\r\n' .. key .. '\r\n'
end

-- `lists_to[n]` asks for the first n lists.
local function parts_of(parent)
  local parts = parents:get(parent)
  if parts then
    return parts
  end
  local vhosts = wildcards_of(parent)
  local lists_to, options_of, ttl_of = { [0] = '' }, {}, {}
  for i, vhost in ipairs(vhosts) do
    lists_to[i] = lists_to[i - 1] .. ask_list(vhost)
    options_of[i], ttl_of[i] = ask_options(vhost), ask_ttl(FRONTEND .. vhost)
  end
  parts = {
    vhosts = vhosts, lists_to = lists_to, options_of = options_of, ttl_of = ttl_of,
    options = concat(options_of), ttls = concat(ttl_of),
  }
  parents:set(parent, parts)
  return parts
end

-- The number of the vhost that answers by what was read before; nil if none is known to.
local function expected(asked)
  for number = 1, asked.all do
    if lastknown.has(_M.vhost(asked, number)) then
      return number
    end
  end
end

-- What belongs to the list of this number, or to each.
local function belongings(number, of_host, of_wildcard, of_wildcards)
  if not number then
    return of_host .. of_wildcards
  end
  return number == 1 and of_host or of_wildcard[number - 1]
end

--- The vhosts that may answer for a host: { host, wildcards, all }, `all` is how many they are. The
-- second value is what `about` makes of their commands.
function _M.candidates(host)
  local dot = find(host, '.', 1, true)
  local parts = parts_of(dot and sub(host, dot + 1) or '')
  return { host = host, wildcards = parts.vhosts, all = 1 + #parts.vhosts }, parts
end

--- The question for a host: `candidates` with { first, lists, commands, replies, ttls }.
-- The replies are, in order: as many lists as `lists` says, the options of those from number `first`
-- on, the dead set, and with `ttls` the TTLs of the dead set and of the lists from `first` on.
-- @param whole whether all candidates are asked, whatever is known from before
function _M.about(host, ttls, whole)
  local asked, parts = _M.candidates(host)
  local number, dead = not whole and expected(asked) or nil, DEAD .. host
  asked.first, asked.lists, asked.ttls = number or 1, number or asked.all, ttls
  local commands = ask_list(host) .. parts.lists_to[asked.lists - 1]
    .. belongings(number, ask_options(host), parts.options_of, parts.options)
    .. '*2\r\n$8\r\nSMEMBERS\r\n$' .. #dead .. '\r\n' .. dead .. '\r\n'
  if ttls then
    commands = commands .. ask_ttl(dead)
      .. belongings(number, ask_ttl(FRONTEND .. host), parts.ttl_of, parts.ttls)
  end
  local last_ones = asked.lists - asked.first + 1
  asked.commands = commands
  asked.replies = asked.lists + (last_ones + 1) * (ttls and 2 or 1)
  return asked
end

--- The vhosts that may answer, most exact first: the host is number 1.
function _M.vhost(question, number)
  return number == 1 and question.host or question.wildcards[number - 1]
end

return _M
