-- Tasks of a swarm that are about to end, where no manager tells: a controller on one drains
-- them (autodock:overseer), and the managers of many swarms run nothing.
--
-- A second after Swarm has taken a task out of its own balancer, and two before the task is
-- told to end, DNS no longer has its address among those of `tasks.<service>`. Then it gets
-- a dead mark: every front tries it last.
--
-- Whatever DNS does not say withdraws nothing. A task leaves that was among the addresses
-- of its service before, while an answer came and another backend of its list is in it: not
-- where a name does not resolve, or DNS is silent, or knows nobody else.

local backend = require 'autodock.backend'
local complaint = require 'autodock.complaint'
local lastknown = require 'autodock.lastknown'
local lrucache = require 'resty.lrucache'
local marks = require 'autodock.marks'
local names = require 'autodock.names'
local recur = require 'autodock.recur'
local redis = require 'autodock.redis'
local refresh = require 'autodock.refresh'
local resolver = require 'autodock.resolver'
local resp = require 'autodock.resp'
local settings = require 'autodock.settings'

local find, match = string.find, string.match

local _M = {}

local LOOK_SECONDS, CALM_SECONDS = 1, 5
local OVERSEER = settings.prefix .. 'autodock:overseer'
local KNOWN, KNOWN_SECONDS = 2000, 60
-- Each is a question in each look.
local MOST_SERVICES = 200
local IS_TASK = '^([^.]+)%.[^.]+%.(%w+)%.[^.]+$'
local NO_TASK = false
-- A mark is written again while it lasts, as one of a backend that answers goes.
local MARKED_SECONDS = math.min(CALM_SECONDS, settings.dead_ttl / 2)

-- Whether somebody looks at the swarm for all, by Redis' clock.
local IS_OVERSEEN = [[
local text = redis.call('GET', KEYS[1])
local ok, had = pcall(cjson.decode, text or '')
if not ok or type(had) ~= 'table' then
  return 0
end
local time = redis.call('TIME')
local age = time[1] * 1000 + time[2] / 1000 - (tonumber(had.at) or 0)
return age >= 0 and age <= (tonumber(had.leaseMs) or 0) and 1 or 0]]

local services = assert(lrucache.new(KNOWN)) -- by address
local seen = assert(lrucache.new(KNOWN)) -- `service address` that were among its tasks
local marked = assert(lrucache.new(KNOWN)) -- `vhost url`
-- Those of many hosts are read now and then alone: who has come since is no task that was seen.
local lists, lists_end = {}, 0
local complain, is_well = complaint.about(ngx.WARN, 'who is about to end is told by nobody: ')

local function is_overseen()
  local replies, err = redis.pipeline(resp.encode { 'EVAL', IS_OVERSEEN, '1', OVERSEER }, 1)
  local reply = replies and replies[1]
  if type(reply) == 'number' then
    is_well()
    return reply == 1
  elseif reply then
    complain(reply.error or err)
  end
end

-- By the name that its address has in DNS: service.slot.task.network.
local function ask_service(address)
  local name = resolver.name_of(names.servers(), address)
  return match(name or '', IS_TASK) or NO_TASK
end

local function service_of(address)
  local service = services:get(address)
  if service == nil then
    service = ask_service(address)
    services:set(address, service, service and KNOWN_SECONDS or CALM_SECONDS)
  end
  return service
end

-- Whether an address is that of another service by now: Swarm deals freed ones anew at once.
local function is_dealt_anew(address, service)
  local present = ask_service(address)
  if not present or present == service then
    return false
  end
  services:set(address, present, KNOWN_SECONDS)
  return true
end

-- Asks of each service once in a look.
local function asker()
  local answers, count = {}, 0
  return function(service)
    if answers[service] == nil then
      count = count + 1
      local addresses = count <= MOST_SERVICES and resolver.ask(names.servers(), 'tasks.' .. service)
      answers[service] = addresses and {} or false
      for _, address in ipairs(addresses or {}) do
        answers[service][address] = true
      end
    end
    return answers[service]
  end
end

-- The backends of a list that left, if another one is there.
local function left(entries, ask)
  local gone, another = {}, false
  for i = 2, #entries do
    local candidate = backend.parse(entries[i])
    local address = candidate and candidate.address
    local service = address and match(address, '^[%d.]+$') and service_of(address)
    local tasks = service and ask(service)
    if tasks and tasks[address] then
      another = true
      seen:set(service .. ' ' .. address, true)
    elseif tasks and seen:get(service .. ' ' .. address) and not is_dealt_anew(address, service) then
      gone[#gone + 1] = candidate
    end
  end
  return another and gone or {}
end

-- The lists with more than one backend, by vhost.
local function lists_with_several()
  if ngx.now() >= lists_end then
    lists, lists_end = {}, ngx.now() + CALM_SECONDS
    for _, vhost in ipairs(lastknown.vhosts()) do
      local entries = not find(vhost, '*', 1, true) and lastknown.get(vhost)
      lists[vhost] = entries and #entries > 2 and entries or nil
    end
  end
  return lists
end

local function mark(vhost, url)
  local name = vhost .. ' ' .. url
  if not marked:get(name) then
    marked:set(name, true, MARKED_SECONDS)
    marks.add(vhost, vhost, url)
  end
end

local function look()
  if redis.away() or is_overseen() ~= false then
    return CALM_SECONDS
  end
  local ask = asker()
  for vhost, entries in pairs(lists_with_several()) do
    for _, candidate in ipairs(left(entries, ask)) do
      mark(vhost, candidate.url)
    end
  end
end

--- Begins to look, and goes on as long as this worker lives; one does it for all.
function _M.start()
  if settings.swarm and refresh.is_reader() then
    recur.every(LOOK_SECONDS, 'looking for tasks that are about to end', look)
  end
end

return _M
