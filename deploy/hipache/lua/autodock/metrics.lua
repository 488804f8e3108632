-- The counters in Prometheus' text format.

local connections = require 'autodock.connections'
local counters = require 'autodock.counters'
local expiry = require 'autodock.tls_expiry'
local folder = require 'autodock.tls_folder'
local lastknown = require 'autodock.lastknown'
local link = require 'autodock.link'
local loss = require 'autodock.loss'
local settings = require 'autodock.settings'

local format = string.format

local _M = {}

local REFUSALS = { 'bad_host', 'unknown', 'off', 'held', 'unproven', 'loop', 'broken', 'away', 'dead', 'uploads' }

local function head(name, kind, help)
  return format('# HELP autodock_front_%s %s\n# TYPE autodock_front_%s %s\n', name, help, name, kind)
end

local function single(name, kind, help, value)
  return head(name, kind, help) .. format('autodock_front_%s %.14g\n', name, value)
end

local function counter(name, help, key)
  return single(name .. '_total', 'counter', help, counters.total(key))
end

local function requests()
  local out = { head('requests_total', 'counter', 'Requests answered, by class of status.') }
  for class = 1, 5 do
    out[#out + 1] = format('autodock_front_requests_total{class="%dxx"} %.14g\n', class,
      counters.total('status ' .. class))
  end
  return table.concat(out)
end

local function refusals()
  local out = { head('refused_total', 'counter', 'Requests that no backend was asked for, by reason.') }
  for _, reason in ipairs(REFUSALS) do
    out[#out + 1] = format('autodock_front_refused_total{reason="%s"} %.14g\n', reason,
      counters.total('refused ' .. reason))
  end
  return table.concat(out)
end

-- `keys`: the counters of its buckets, by their number behind a space, and of its sum.
local function histogram(name, help, bounds, keys)
  local out, total = { head(name, 'histogram', help) }, 0
  for bucket = 1, #bounds + 1 do
    total = total + counters.total(keys.bucket .. ' ' .. bucket)
    local bound = bounds[bucket]
    out[#out + 1] = format('autodock_front_%s_bucket{le="%s"} %.14g\n', name, bound or '+Inf', total)
  end
  out[#out + 1] = format('autodock_front_%s_sum %.14g\n', name, counters.total(keys.sum))
  out[#out + 1] = format('autodock_front_%s_count %.14g\n', name, total)
  return table.concat(out)
end

local function durations()
  return histogram('request_duration_seconds', 'Time from the first byte of a request to the last of its answer.',
      counters.BOUNDS, { bucket = 'bucket', sum = 'seconds' })
    .. histogram('waited_seconds', 'For how long requests waited that found no backend.',
      counters.WAIT_BOUNDS, { bucket = 'waited', sum = 'waited seconds' })
end

local function vhosts()
  local out = {}
  for name, value in pairs(counters.by_vhost()) do
    local class, vhost = name:match('^(%S+) (.+)$')
    out[#out + 1] = format('autodock_front_vhost_requests_total{vhost="%s",class="%s"} %.14g\n',
      vhost, class, value)
  end
  if #out == 0 then
    return ''
  end
  return head('vhost_requests_total', 'counter', 'Requests answered, by vhost and class of status.')
    .. table.concat(out)
end

local function lost_lines()
  local out = { head('log_lost_total', 'counter', 'Lines of the logs that are lost, as nobody took them.') }
  for _, log in ipairs(loss.LOGS) do
    out[#out + 1] = format('autodock_front_log_lost_total{log="%s"} %d\n', log, loss.lines(log))
  end
  return table.concat(out)
end

local function certificates()
  local problems = 0
  for _ in pairs(folder.problems()) do
    problems = problems + 1
  end
  local name, left = expiry.first()
  return head('certificate_expiry_seconds', 'gauge',
      'Time until the first certificate ends, of the folder and those asked for in Redis.')
    .. 'autodock_front_certificate_expiry_seconds ' .. (name and format('%d', left) or '+Inf') .. '\n'
    .. single('certificate_problems', 'gauge', 'Certificates of the folder that cannot be read.', problems)
end

-- An address tells nobody which host this is.
local function info()
  return head('info', 'gauge', 'The owner whose controller is on this host (FRONT_OWNER); always 1.')
    .. format('autodock_front_info{owner="%s"} 1\n', (settings.owner:gsub('["\\]', '\\%0')))
end

local function by_worker(what, help)
  local name = 'connections_' .. what
  local out = { head(name, 'gauge', help) }
  for number, worker in ipairs(connections.by_worker()) do
    out[#out + 1] = format('autodock_front_%s{worker="%d"} %d\n', name, number - 1, worker[what])
  end
  return table.concat(out)
end

--- Prints all metrics.
function _M.print()
  ngx.header['Content-Type'] = 'text/plain; version=0.0.4; charset=utf-8'
  ngx.print(
    info(), requests(), refusals(), durations(), vhosts(), lost_lines(), certificates(),
    single('waiting', 'gauge', 'Requests that wait for a backend.', counters.waiting()),
    counter('wait_given_up', 'Requests for which no backend came in time, or which could not wait.', 'waits given up'),
    counter('retries', 'Further backends tried after one failed.', 'retries'),
    counter('dead_marks', 'Backends marked or reported dead.', 'marks'),
    counter('dead_marks_lifted', 'Marks taken from backends that answered.', 'marks lifted'),
    counter('redis_lookups', 'Routes asked of Redis.', 'lookups'),
    counter('redis_failures', 'Exchanges with Redis that failed.', 'redis failures'),
    counter('cache_hits', 'Routes found in the cache.', 'cache hits'),
    counter('cache_invalidations', 'Changes of keys that Redis told.', 'invalidations'),
    single('redis_up', 'gauge', 'Whether all workers reach Redis.', counters.all('redis up')),
    single('tracking_up', 'gauge', 'Whether all workers hear changes and so cache routes.',
      counters.all('tracking up')),
    single('redis_link_up', 'gauge', 'Whether Redis is a master, or a replica that reaches its master.',
      link.is_up() and 1 or 0),
    single('hosts_known', 'gauge', 'Whether the lists of all hosts are known for a time without Redis.',
      lastknown.is_complete() and 1 or 0),
    single('connections', 'gauge', 'Connections of clients.', ngx.var.connections_active),
    by_worker('used', 'Connections of clients and to backends, by worker.'),
    by_worker('free', 'How many more each worker can have.')
  )
end

return _M
