-- What Redis is asked for a host, and which vhosts may answer for it.
--
-- All candidates, what is asked of fronts for them, and the marks of the requested host, in one round trip. The
-- part that depends on the parent domain alone (`*.example.com` and shorter)
-- is made once for all hosts below it.

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

local function parts_of(parent)
  local parts = parents:get(parent)
  if parts then
    return parts
  end
  local vhosts = wildcards_of(parent)
  local lists, asked, ttls = {}, {}, {}
  for i, vhost in ipairs(vhosts) do
    lists[i], asked[i], ttls[i] = ask_list(vhost), ask_options(vhost), ask_ttl(FRONTEND .. vhost)
  end
  parts = { vhosts = vhosts, lists = concat(lists), options = concat(asked), ttls = concat(ttls) }
  parents:set(parent, parts)
  return parts
end

--- The question for a host: { host, wildcards, lists, commands, replies, ttls }.
-- The replies are, in order: the list of the host, `lists - 1` lists of the
-- wildcards, the options of each of these, the dead set, and with `ttls` the TTLs of
-- the dead set and of each list.
function _M.about(host, ttls)
  local dot = find(host, '.', 1, true)
  local parts = parts_of(dot and sub(host, dot + 1) or '')
  local lists, dead = 1 + #parts.vhosts, DEAD .. host
  local commands = ask_list(host) .. parts.lists .. ask_options(host) .. parts.options ..
    '*2\r\n$8\r\nSMEMBERS\r\n$' .. #dead .. '\r\n' .. dead .. '\r\n'
  if ttls then
    commands = commands .. ask_ttl(dead) .. ask_ttl(FRONTEND .. host) .. parts.ttls
  end
  return {
    host = host, wildcards = parts.vhosts, lists = lists, commands = commands, ttls = ttls,
    replies = lists + (lists + 1) * (ttls and 2 or 1),
  }
end

--- The vhosts that may answer, most exact first: the host is number 1.
function _M.vhost(question, number)
  return number == 1 and question.host or question.wildcards[number - 1]
end

return _M
