-- @include "clock"
-- @include "unindexed-owners"

-- Asks one owner for its claims of the vhosts at these positions; notes texts, and who is told to claim and does not.
local function noteTexts(seen, prefix, owner, asked)
  local texts = redis.pcall('HMGET', prefix .. 'autodock:owner:' .. owner, unpack(asked.vhosts))
  for n, i in ipairs(asked.positions) do
    local one = seen[i]
    if texts.err or texts[n] then
      one.owners[#one.owners + 1] = owner
      one.texts[owner] = not texts.err and texts[n]
    elseif one.told[owner] then
      one.without[#one.without + 1] = owner
    end
  end
end

-- What owners claim of these vhosts. For each vhost:
--   owners     who claims there, sorted
--   texts      {owner = its claim as text; false: its key is of a wrong type}
--   isTold     whether the index tells that `self` claims there
--   told       {other owner that the index tells = true}
--   without    such as do not claim there
--   asking     {owner that asks something of fronts there = true}; nil: nobody does
--   wrongType  of the index of this vhost; nil: none
-- It costs what stands there, however many owners there are. `self` (nil: nobody) counts even before its first pass,
-- and as it is, whatever the index tells.
local function claimTexts(prefix, ownersKey, self, vhosts)
  local apart, seen, asked = unindexedOwners(prefix, ownersKey, clock()), {}, {}
  local function ask(owner, i)
    if asked[owner] == nil then
      local isOwner = owner == self or redis.call('ZSCORE', ownersKey, owner)
      asked[owner] = isOwner and { vhosts = {}, positions = {} } or false
    end
    local of = asked[owner]
    if of then of.vhosts[#of.vhosts + 1], of.positions[#of.positions + 1] = vhosts[i], i end
  end
  if self then apart[self] = true end
  for i, vhost in ipairs(vhosts) do
    local key = prefix .. 'autodock:claims:' .. vhost
    local members = redis.pcall('SMEMBERS', key)
    seen[i] = { owners = {}, texts = {}, isTold = false, told = {}, without = {} }
    if members.err then seen[i].wrongType = redis.call('TYPE', key).ok end
    for _, owner in ipairs(members) do
      local asking = string.match(owner, '^(%S+) options$')
      if asking then
        seen[i].asking = seen[i].asking or {}
        seen[i].asking[asking] = true
      elseif owner == self then
        seen[i].isTold = true
      else
        seen[i].told[owner] = true
        if not apart[owner] then ask(owner, i) end
      end
    end
    for owner in pairs(apart) do ask(owner, i) end
  end
  for owner, of in pairs(asked) do
    if of then noteTexts(seen, prefix, owner, of) end
  end
  for _, one in ipairs(seen) do table.sort(one.owners) end
  return seen
end
