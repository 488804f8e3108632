-- Which backends of a list have accepted a connection of this worker ("proven").
--
-- What is new in a list is not, nor is what could not be connected to. It is probed
-- (prober.lua), and gets requests once it has accepted. So an application that listens
-- seconds after its start costs nobody a request, and one that comes back gets requests
-- at once.
--
-- Known by vhost, as an address that comes back to a list may be another container's.
-- With FRONT_HOLD=0 nothing has to be proven.

local backend = require 'autodock.backend'
local cache = require 'autodock.cache'
local failures = require 'autodock.failures'
local generations = require 'autodock.generations'
local idle = require 'autodock.idle'
local prober = require 'autodock.prober'
local settings = require 'autodock.settings'

local _M = {}

--- For so long a route without some of its backends is kept: then it is asked for anew,
-- which shows the probers that somebody is interested.
_M.SECONDS = 5

local MOST_HOSTS = 1000 -- below a wildcard clients invent them
local NONE = { urls = {} }

-- By vhost: { entries, urls, all }: the list as it was looked at last, { [url] = whether proven },
-- and whether all of them are.
local proofs = generations.new(settings.cache_size)
local interested = {} -- by URL that is probed: { vhosts, hosts, count }

local function tell(hosts, count)
  if count >= MOST_HOSTS then
    return cache.forget_all()
  end
  for host in pairs(hosts) do
    cache.drop(host)
  end
end

local function ended(url, accepted)
  local of_url = interested[url]
  interested[url] = nil
  if not accepted then
    return
  end
  for vhost in pairs(of_url.vhosts) do
    local proof = proofs:get(vhost)
    if proof and proof.urls[url] == false then
      proof.urls[url] = true
    end
  end
  tell(of_url.hosts, of_url.count)
end

-- One that was withdrawn meanwhile is nobody's matter, though who is interested still has it probed.
local function silent(url)
  for vhost in pairs(interested[url].vhosts) do
    if _M.is_doubtful(vhost, url) then
      failures.note_unproven(vhost, url)
    end
  end
end

local LISTENER = { ended = ended, silent = silent }

-- Whether it is probed from now on.
local function probe(host, vhost, url)
  if not prober.want(url, LISTENER) then
    return false
  end
  local of_url = interested[url] or { vhosts = {}, hosts = {}, count = 0 }
  interested[url] = of_url
  of_url.vhosts[vhost] = true
  if not of_url.hosts[host] and of_url.count < MOST_HOSTS then
    of_url.hosts[host], of_url.count = true, of_url.count + 1
  end
  return true
end

-- Those that were there before and are gone.
local function let_go(before, urls)
  for url, was_proven in pairs(before.urls) do
    if was_proven and urls[url] == nil then
      idle.let_go(url)
    end
  end
end

-- Whether a list is as it was looked at last, and all of it is proven: so it is for nearly every lookup.
local function is_proven_whole(before, entries)
  if not before.all or #before.entries ~= #entries then
    return false
  end
  for i = 2, #entries do
    if entries[i] ~= before.entries[i] then
      return false
    end
  end
  return true
end

--- The backends of a list (identifier first) that must not get requests yet, as
-- { [url] = true }; nil if there is none. They are probed.
function _M.unproven(host, vhost, entries)
  local before = proofs:get(vhost) or NONE
  if settings.hold == 0 or is_proven_whole(before, entries) then
    return nil
  end
  local proof, unproven = { entries = entries, urls = {}, all = true }, nil
  for i = 2, #entries do
    local url = entries[i]
    local is_proven = before.urls[url] or not backend.parse(url)
    proof.urls[url], proof.all = is_proven, proof.all and is_proven
    if not is_proven and probe(host, vhost, url) then
      unproven = unproven or {}
      unproven[url] = true
    end
  end
  let_go(before, proof.urls)
  proofs:set(vhost, proof)
  return unproven
end

--- A vhost has no backends.
function _M.forget(vhost)
  let_go(proofs:get(vhost) or NONE, NONE.urls)
  proofs:delete(vhost)
end

--- Whether the list of a vhost was looked at.
function _M.knows(vhost)
  return proofs:get(vhost) ~= nil
end

--- Whether a backend of a vhost is known for not accepting, for now.
function _M.is_doubtful(vhost, url)
  local proof = proofs:get(vhost)
  return proof ~= nil and proof.urls[url] == false
end

--- A backend could not be connected to.
function _M.doubt(host, vhost, url)
  local proof = settings.hold > 0 and proofs:get(vhost)
  if proof and proof.urls[url] then
    proof.urls[url], proof.all = false, false
    cache.drop(host)
  end
end

return _M
