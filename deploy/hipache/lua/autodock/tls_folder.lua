-- Certificates in a folder, known by heart.
--
-- A timer looks what is there and what changed; handshakes ask memory alone, so
-- names that clients invent cost no look at a disk. Of a pair that changed the
-- one before is kept: its two files may be replaced one after the other.

local lfs = require 'lfs'
local settings = require 'autodock.tls_settings'
local ssl = require 'ngx.ssl'

local gsub, lower, match = string.gsub, string.lower, string.match
local log, NOTICE, WARN, ERR = ngx.log, ngx.NOTICE, ngx.WARN, ngx.ERR

local _M = {}

local LOOK_EVERY_SECONDS = 1
local PAUSE_FACTOR = 50 -- a look may take at most a fiftieth of a worker's time
local MAX_PAIRS = 10000

local known = {} -- by name: { name, stamp, certificate, key, previous }
local refused = {} -- by name: the stamp of what cannot be read

local function stamp_of(path)
  local file = lfs.attributes(path)
  return file and file.mode == 'file' and file.modification .. ' ' .. file.size .. ' ' .. file.ino
end

local function read(path)
  local file, err = io.open(path, 'rb')
  if not file then
    return nil, err
  end
  local text = file:read('*a')
  file:close()
  return text
end

local function load(paths)
  local texts = {}
  for i, path in ipairs(paths) do
    local text, err = read(path)
    if not text then
      return nil, err
    end
    texts[i] = text
  end
  local certificate, err = ssl.parse_pem_cert(texts[1])
  if not certificate then
    return nil, err
  end
  local key
  key, err = ssl.parse_pem_priv_key(texts[2])
  return key and { certificate = certificate, key = key }, err
end

-- The pair of files that an entry of the folder stands for: its name and paths.
local function pair_at(entry)
  local path = settings.folder .. '/' .. entry
  local name, paths = match(entry, '^([^.].*)%.crt$'), nil
  if name then
    paths = { path, settings.folder .. '/' .. name .. '.key' }
  elseif match(entry, '^[^.]') then
    name, paths = entry, { path .. '/fullchain.pem', path .. '/privkey.pem' }
  else
    return nil
  end
  local first, second = stamp_of(paths[1]), stamp_of(paths[2])
  if not first or not second then
    return nil
  end
  return gsub(lower(name), '^_%.', '*.'), paths, first .. ' ' .. second
end

local function renewed(name, paths, stamp)
  local before = known[name]
  if before and before.stamp == stamp or refused[name] == stamp then
    return before
  end
  local pair, err = load(paths)
  if not pair then
    refused[name] = stamp
    log(ERR, 'the certificate of ', name, ' cannot be read: ', err)
    return before
  end
  refused[name] = nil
  pair.name, pair.stamp = name, stamp
  pair.previous = before and { name = name, certificate = before.certificate, key = before.key }
  log(NOTICE, 'the certificate of ', name, ' is read')
  return pair
end

local function look()
  local found, count = {}, 0
  for entry in lfs.dir(settings.folder) do
    local name, paths, stamp = pair_at(entry)
    if name and count < MAX_PAIRS then
      count = count + 1
      found[name] = renewed(name, paths, stamp)
    end
  end
  known = found
end

local failed -- why the folder could not be looked into; said once

local function look_again(premature)
  if premature then
    return
  end
  ngx.update_time()
  local started = ngx.now()
  local ok, err = pcall(look)
  if not ok and err ~= failed then
    log(WARN, settings.folder, ' cannot be looked into: ', err)
  end
  failed = not ok and err or nil
  ngx.update_time()
  local pause = math.max(LOOK_EVERY_SECONDS, PAUSE_FACTOR * (ngx.now() - started))
  ngx.timer.at(pause, look_again)
end

--- Begins to look, now and again and again. Once per worker.
function _M.watch()
  if settings.enabled and settings.folder ~= '' then
    look_again(false)
  end
end

--- { name, certificate, key, previous? } of a name or a wildcard, or nil.
function _M.get(name)
  return known[name]
end

return _M
