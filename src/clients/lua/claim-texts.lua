-- @include "clock"
-- @include "unindexed-owners"

-- Stands for each list without anybody in it, of which there are many: it is never written to.
local NOBODY = {}

-- Notes who the index tells of one vhost besides `self`; returns who claims there.
local function noteMembers(one, members, self)
  local others = {}
  for _, owner in ipairs(members) do
    -- Mostly it is this one, and nobody else.
    local asking = owner ~= self and string.match(owner, '^(%S+) options$')
    if owner == self then
      one.isTold = true
    elseif asking then
      one.asking = one.asking or {}
      one.asking[asking] = true
    else
      if one.told == NOBODY then one.told = {} end
      one.told[owner] = true
      others[#others + 1] = owner
    end
  end
  return others
end

-- Asks one owner for its claims of the vhosts at these positions; notes texts, and who is told to claim and does not.
local function noteTexts(seen, prefix, owner, asked)
  local texts = redis.pcall('HMGET', prefix .. 'autodock:owner:' .. owner, unpack(asked.vhosts))
  for n, i in ipairs(asked.positions) do
    local one = seen[i]
    if texts.err or texts[n] then
      one.owners[#one.owners + 1] = owner
      one.texts[owner] = not texts.err and texts[n]
    elseif one.told[owner] then
      if one.without == NOBODY then one.without = {} end
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
    seen[i] = { owners = {}, texts = {}, isTold = false, told = NOBODY, without = NOBODY }
    if members.err then seen[i].wrongType = redis.call('TYPE', key).ok end
    for _, owner in ipairs(noteMembers(seen[i], members, self)) do
      if not apart[owner] then ask(owner, i) end
    end
    for owner in pairs(apart) do ask(owner, i) end
  end
  for owner, of in pairs(asked) do
    if of then noteTexts(seen, prefix, owner, of) end
  end
  for _, one in ipairs(seen) do
    if #one.owners > 1 then table.sort(one.owners) end
  end
  return seen
end
