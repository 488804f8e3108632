-- Certificates in a folder, known by heart.
--
-- A timer looks what is there and what changed; handshakes ask memory alone, so names
-- that clients invent cost no look at a disk. Of a pair that cannot be read, the one
-- before goes on: its two files may be replaced one after the other.

local expiry = require 'autodock.tls_expiry'
local files = require 'autodock.tls_files'
local recur = require 'autodock.recur'
local settings = require 'autodock.tls_settings'
local tls_pair = require 'autodock.tls_pair'

local log, NOTICE, ERR = ngx.log, ngx.NOTICE, ngx.ERR

local _M = {}

local LOOK_EVERY_SECONDS = 1
local PAUSE_FACTOR = 50 -- a look may take at most a fiftieth of a worker's time
local TELLER = 0 -- the worker that says what all see

local known = {} -- by the name of the files: { name, stamp, certificate, key, names, expires }
local by_name = {} -- the best of them for each name that they hold
local tried = {} -- by the name of the files: the stamp of what cannot be read, and why
local problems = {} -- by name, what was wrong at the last look
local told = {} -- and what of it was said

local function read(path)
  local file, err = io.open(path, 'rb')
  if not file then
    return nil, err
  end
  local text
  text, err = file:read('*a')
  file:close()
  return text, err
end

local function load(paths)
  local certificate, err = read(paths[1])
  local key
  if certificate then
    key, err = read(paths[2])
  end
  if not key then
    return nil, err
  end
  return tls_pair.read(certificate, key)
end

-- The pair of an entry; that of before, and why, if it cannot be read now.
local function pair_of(entry)
  local before, name = known[entry.name], entry.name
  if entry.problem then
    return not entry.half and before or nil, entry.problem
  elseif before and before.stamp == entry.stamp then
    return before
  elseif tried[name] and tried[name].stamp == entry.stamp then
    return before, tried[name].err
  end
  local pair, err = load(entry.paths)
  if not pair then
    tried[name] = { stamp = entry.stamp, err = err }
    return before, err
  end
  tried[name] = nil
  pair.name, pair.stamp = name, entry.stamp
  if ngx.worker.id() == TELLER then
    log(NOTICE, 'the certificate of ', name, ' is read')
  end
  return pair
end

-- Whether `a` is to be presented for a name rather than `b`.
local function is_better(name, a, b)
  local now = ngx.time()
  if (a.expires > now) ~= (b.expires > now) then
    return a.expires > now
  elseif (a.name == name) ~= (b.name == name) then
    return a.name == name
  elseif a.expires ~= b.expires then
    return a.expires > b.expires
  end
  return a.name < b.name
end

local function offer(index, name, pair)
  if not index[name] or is_better(name, pair, index[name]) then
    index[name] = pair
  end
end

-- A pair serves the name of its files, and every name that it holds.
local function indexed(pairs_by_file)
  local index = {}
  for file_name, pair in pairs(pairs_by_file) do
    offer(index, file_name, pair)
    for _, name in ipairs(pair.names) do
      offer(index, name, pair)
    end
  end
  return index
end

-- One line for each problem that was there at the look before as well: of two files that
-- are being replaced, one is the other's for a moment.
local function tell(found)
  for name, problem in pairs(found) do
    if problems[name] == problem and told[name] ~= problem then
      told[name] = problem
      if ngx.worker.id() == TELLER then
        local what = name == settings.folder and 'the folder ' or 'the certificate of '
        log(ERR, what, name, ' cannot be read: ', problem)
      end
    end
  end
  for name in pairs(told) do
    told[name] = found[name] and told[name]
  end
  problems = found
end

local function look()
  local entries, err = files.list(settings.folder)
  if not entries then
    return tell { [settings.folder] = err }
  end
  local next_known, found = {}, {}
  for _, entry in ipairs(entries) do
    next_known[entry.name], found[entry.name] = pair_of(entry)
  end
  known = next_known
  by_name = indexed(known)
  expiry.of_folder(known)
  tell(found)
end

-- Returns the pause, in seconds.
local function look_again()
  local started = os.clock() -- processor time: a busy machine must not make it look less often
  look()
  return PAUSE_FACTOR * (os.clock() - started)
end

--- Looks now, and then again and again. Once per worker.
function _M.watch()
  if settings.enabled and settings.folder ~= '' then
    recur.every(LOOK_EVERY_SECONDS, 'looking into ' .. settings.folder, look_again)()
  end
end

--- { name, certificate, key } of a name or a wildcard, or nil.
function _M.get(name)
  return by_name[name]
end

--- What cannot be read, and why, by name.
function _M.problems()
  return problems
end

--- How many pairs are known.
function _M.count()
  local count = 0
  for _ in pairs(known) do
    count = count + 1
  end
  return count
end

return _M
