-- When certificates end, those of the folder and those of Redis that were asked for.

local shared = ngx.shared.certificates

local _M = {}

local DAY_SECONDS = 86400
local FOLDER, REDIS = 'folder ', 'redis '
-- Of one that nobody asks for any more, this is forgotten.
local REDIS_SECONDS = 7 * DAY_SECONDS
local TELLER = 0 -- the worker that tells what all know

local told = {} -- of the folder, by name

--- Takes note of all pairs of the folder, by name.
function _M.of_folder(pairs_by_name)
  if ngx.worker.id() ~= TELLER then
    return
  end
  for name, pair in pairs(pairs_by_name) do
    if told[name] ~= pair.expires then
      told[name] = pair.expires
      shared:set(FOLDER .. name, pair.expires)
    end
  end
  for name in pairs(told) do
    if not pairs_by_name[name] then
      told[name] = nil
      shared:delete(FOLDER .. name)
    end
  end
end

--- Takes note of a pair of Redis; nil: it is not there.
function _M.of_redis(name, pair)
  if pair then
    shared:set(REDIS .. name, pair.expires, REDIS_SECONDS)
  elseif shared:get(REDIS .. name) then
    shared:delete(REDIS .. name)
  end
end

--- The name of the one that ends first, and in how many seconds, which may be below 0; nil
-- if there is none.
function _M.first()
  local first, ends = nil, math.huge
  for _, key in ipairs(shared:get_keys(0)) do
    local expires = shared:get(key)
    if expires and expires < ends then
      first, ends = key, expires
    end
  end
  return first and first:gsub('^%a+ ', ''), ends - ngx.time()
end

return _M
