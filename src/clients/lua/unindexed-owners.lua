-- @include "decode-object"

-- The index tells of a vhost which owners claim there: `autodock:claims:<vhost>` is the set of them. Versions before it
-- write claims without it. A record that the last pass of an owner published says "index": 1 where all claims of that
-- owner are in it; every pass of an older version publishes its record anew, without that.

-- Whether the index tells all claims of an owner.
local function isIndexed(prefix, owner)
  local record = redis.pcall('GET', prefix .. 'autodock:engine:' .. owner)
  record = decodeObject(type(record) == 'string' and record)
  return record ~= nil and record.index == 1
end

-- The owners whose score is at least `least`, from the highest on: there are few as a rule.
local function ownersFrom(ownersKey, least)
  local names, taken, step = {}, 0, 2
  while true do
    local some = redis.call('ZRANGE', ownersKey, -taken - step, -taken - 1, 'WITHSCORES')
    for i = #some - 1, 1, -2 do
      if tonumber(some[i + 1]) < least then return names end
      names[#names + 1] = some[i]
    end
    if #some < 2 * step then return names end
    taken, step = taken + step, 2 * step
  end
end

-- The owners whose claims have to be looked for in each vhost: {owner = true}. Whoever passes gets a score that is
-- `now` at least; `autodock:index` is such a time, and the owners that were not indexed then: '<ms> <owner> <owner>'.
-- So only later scores are looked at; all of them where the clock was set back since.
local function unindexedOwners(prefix, ownersKey, now)
  local text = redis.call('GET', prefix .. 'autodock:index')
  local since, names = string.match(text or '', '^(%d+)(.*)$')
  local found, isBehind = {}, not since or tonumber(since) > now
  for name in string.gmatch(isBehind and '' or names, '%S+') do found[name] = true end
  local recent = isBehind and redis.call('ZRANGE', ownersKey, 0, -1) or ownersFrom(ownersKey, tonumber(since))
  for _, name in ipairs(recent) do
    if not found[name] and not isIndexed(prefix, name) then found[name] = true end
  end
  return found
end
