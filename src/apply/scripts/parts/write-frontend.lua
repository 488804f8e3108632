-- @include "move-marks"
-- @include "write-list"

-- Writes the list of a vhost, if it differs, and moves the marks with their backends; returns how many moved.
-- Marks of a wildcard stand under the hosts that it answered, where nothing more exact does by now: for each of
-- `hosts` the vhosts more exact for it, itself first.
local function writeFrontend(prefix, vhost, job, hosts)
  if not job.differs then return 0 end
  writeList(prefix .. 'frontend:' .. vhost, job.before, job.after)
  local moved = moveMarks(prefix .. 'dead:' .. vhost, job)
  for _, host in ipairs(hosts or {}) do
    local exact = {}
    for i, name in ipairs(host) do exact[i] = prefix .. 'frontend:' .. name end
    if redis.call('EXISTS', unpack(exact)) == 0 then
      moved = moved + moveMarks(prefix .. 'dead:' .. host[1], job)
    end
  end
  return moved
end
