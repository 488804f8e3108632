-- Marks that Redis does not take (it is a read-only replica, or full): this worker keeps
-- them for itself, for the time that they would last.

local cache = require 'autodock.cache'
local settings = require 'autodock.settings'

local now = ngx.now

local _M = {}

local MOST = 1000
local seconds = tonumber(settings.dead_ttl)

local ends = {} -- by host and URL
local count = 0

local function forget_old()
  for host, urls in pairs(ends) do
    for url, at in pairs(urls) do
      if at <= now() then
        urls[url], count = nil, count - 1
      end
    end
    if not next(urls) then
      ends[host] = nil
    end
  end
end

--- Marks a backend for a host.
function _M.add(host, url)
  if count >= MOST then
    forget_old()
  end
  local urls = ends[host] or {}
  if urls[url] or count < MOST then
    count = count + (urls[url] and 0 or 1)
    urls[url], ends[host] = now() + seconds, urls
    cache.drop(host)
  end
end

--- Takes a mark away, if there is one.
function _M.remove(host, url)
  local urls = ends[host]
  if urls and urls[url] then
    urls[url], count = nil, count - 1
    ends[host] = next(urls) and urls or nil
    cache.drop(host)
  end
end

--- These slots with those that are marked here, and for how many seconds that holds; nil
-- if none is.
function _M.join(host, entries, dead)
  local urls, first = ends[host], math.huge
  if not urls then
    return nil
  end
  local joined = {}
  for i = 2, #entries do
    local at = urls[entries[i]]
    if at and at > now() then
      joined[i - 2], first = true, math.min(first, at)
    end
    joined[i - 2] = joined[i - 2] or dead[i - 2]
  end
  if first == math.huge then
    return nil
  end
  return joined, first - now()
end

return _M
