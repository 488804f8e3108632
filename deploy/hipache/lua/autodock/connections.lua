-- How many of its connections each worker uses: those of clients, those to backends, and a
-- few of its own. nginx tells of clients alone, so each worker counts its open files.

local counters = require 'autodock.counters'
local ffi = require 'ffi'
local recur = require 'autodock.recur'
local settings = require 'autodock.settings'

local C = ffi.C
local max = math.max

ffi.cdef [[
void *opendir(const char *name);
void *readdir(void *folder);
int closedir(void *folder);
]]

local _M = {}

local COUNT_SECONDS = 2
local USED = 'connections used'
local LIMIT = settings.worker_connections

local function open_files()
  local folder = C.opendir('/proc/self/fd')
  if folder == nil then
    return 0
  end
  local count = 0
  while C.readdir(folder) ~= nil do
    count = count + 1
  end
  C.closedir(folder)
  return count - 3 -- the folder, itself and its parent
end

--- Begins to count, and goes on as long as this worker lives.
function _M.start()
  local count = recur.every(COUNT_SECONDS, 'counting connections', function()
    counters.tell(USED, open_files())
  end)
  recur.soon(count)
end

--- For each worker how many it uses and how many are free, as { { used, free } }: seconds old.
function _M.by_worker()
  local workers = {}
  for worker = 1, ngx.worker.count() do
    local used = counters.told(USED, worker - 1)
    workers[worker] = { used = used, free = max(0, LIMIT - used) }
  end
  return workers
end

--- How many are in use, and may be.
function _M.total()
  local used = 0
  for _, worker in ipairs(_M.by_worker()) do
    used = used + worker.used
  end
  return used, LIMIT * ngx.worker.count()
end

return _M
