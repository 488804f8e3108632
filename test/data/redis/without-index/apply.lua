-- Applies one batch of a plan: for each vhost *these backends of mine present, all others of mine absent*, on
-- the lists, marks and claims as they are at this moment; all else stays. So it is right for any interleaving
-- with other writers, and there is nothing to compare and to retry.
--
-- KEYS[1]  autodock:owners: sorted set, owner to the score that its last pass raised
-- ARGV[1]  the configured key prefix; all other keys are made from it, as other owners and the hosts under a
--          wildcard are known only here (Redis Cluster is out of the question: hipache reads several keys at once)
-- ARGV[2]  the owner
-- ARGV[3]  the epoch of the pass: another score than this, or none, and nothing is written
-- ARGV[4]  for how long a vhost is held after it lost its last backend, ms
-- ARGV[5]  'all', or 'removals': add nothing, so that it works on a full Redis; or 'edit': see below
-- ARGV[6]  JSON array of writes, sorted by vhost:
--          v      the vhost
--          id     identifier, used if the frontend is created
--          urls   the desired URLs, sorted by the controller: the order of Lua's < depends on the locale
--          copies how many copies of each of them
--          claim  the claim to be, as text: {"<url>": ["<short id>", once for each copy]}; '' without backends
--          asked  a container asks for the vhost although there is no backend: hold it
--          hosts  of a wildcard: for each host with dead marks the vhosts more exact for it, itself first
--
-- 'edit' is a person's change (hipachectl): no owner and no epoch (''), nothing is fenced and nothing claimed, so
-- that what it adds is foreign to every owner. A write then says, besides v, id, urls, copies (1) and hosts:
--          take   texts of entries that are to go, or
--          all    every entry is
--          force  also those that an owner claims; what is claimed is spared otherwise
-- A URL to add that stands there already, whoever claims it, is not added again.
--
-- Returns {'fenced'}, or {'applied', marks moved, vhosts that lack something in 'removals', result, ...} with one
-- result for each write: a kind of change, 'none', or {key, problem} of a vhost that was left alone. The third
-- item of an 'edit' is the number of entries that were spared.
--
-- EVAL does not roll back: all types and claims are looked at before the first write. Then claims that grow are
-- written first, lists and marks second, claims that shrink or go last: a crash in the middle leaves at worst
-- a claim without its entry, which the next pass mends. And a script that has written nothing yet is refused
-- for lack of memory at its first growing command: a batch that adds is refused as a whole.

local prefix, owner, holdMs = ARGV[1], ARGV[2], tonumber(ARGV[4])
local removalsOnly, isEdit = ARGV[5] == 'removals', ARGV[5] == 'edit'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- Arguments of one command, few enough for Lua's stack.
local PIECE = 1000
-- As in frontend.ts: a list with more backends is left alone.
local LONGEST_LIST = 10000

local function call(command, key, items)
  for first = 1, #items, PIECE do
    redis.call(command, key, unpack(items, first, math.min(first + PIECE - 1, #items)))
  end
end

-- unpack() would do, but for the length that a stranger's list may have.
local function from(items, first)
  local rest = {}
  for i = first, #items do rest[i - first + 1] = items[i] end
  return rest
end

-- Marks as a set of slots; what is no canonical number marks nothing.
local function slotsOf(members)
  local slots = {}
  for _, member in ipairs(members) do
    local slot = tonumber(member)
    if slot and tostring(slot) == member then slots[slot] = true end
  end
  return slots
end

local function same(a, b)
  if #a ~= #b then return false end
  for i = 1, #a do
    if a[i] ~= b[i] then return false end
  end
  return true
end

-- A claim as {ids = {url = {id, ...}}, copies = {url = number}, backed = whether there is any, held = ms or nil};
-- nil: malformed. An empty object and an empty array are one and the same here.
local function readClaim(text)
  local claim = { ids = {}, copies = {}, backed = false, held = nil }
  if not text then return claim end
  local isJson, members = pcall(cjson.decode, text)
  if not isJson or type(members) ~= 'table' then return nil end
  for url, ids in pairs(members) do
    if url == 'held' then
      if type(ids) ~= 'number' or not (ids >= 0 and ids < 1e16) then return nil end
      claim.held = ids
    else
      if type(url) ~= 'string' or type(ids) ~= 'table' then return nil end
      for n, id in pairs(ids) do
        if type(n) ~= 'number' or type(id) ~= 'string' then return nil end
      end
      if #ids > 0 then claim.ids[url], claim.copies[url], claim.backed = ids, #ids, true end
    end
  end
  if claim.held and claim.backed then return nil end
  return claim
end

local function countsOf(entries)
  local counts = {}
  for _, url in ipairs(entries) do counts[url] = (counts[url] or 0) + 1 end
  return counts
end

-- How many of the copies of a URL are ours: others' claims come first, and ours may exceed what is there.
local function owned(job, url)
  local present = job.counts[url] or 0
  return math.max(0, math.min(present - (job.others[url] or 0), job.mine.copies[url] or 0))
end

-- Makes holes (false) of our copies that are no longer wanted. Of equal copies the last ones are ours, and of
-- those the last ones go; in the first of two rounds only such as have no dead mark.
local function dropSurplus(job, row, wanted)
  local surplus, ours = {}, {}
  for url in pairs(job.mine.copies) do
    ours[url] = owned(job, url)
    local n = ours[url] - (wanted[url] or 0)
    if n > 0 then surplus[url] = n end
  end
  if not next(surplus) then return end
  for _, spared in ipairs({ job.marked, {} }) do
    local left = {}
    for position = #row, 1, -1 do
      local url = job.entries[position]
      local mine = surplus[url] and (left[url] or ours[url]) or 0
      if mine > 0 then
        left[url] = mine - 1
        if surplus[url] > 0 and row[position] and not spared[position - 1] then
          row[position], surplus[url] = false, surplus[url] - 1
        end
      end
    end
    if not next(job.marked) then return end
  end
end

-- The URL of `missing` that this entry stands for in another spelling: with a slash behind, or without `:80`.
local function otherSpellingOf(text, missing)
  if string.find(text, ':%d+$') then return nil end
  local bare = string.match(text, '^(.*)/$')
  if bare and missing[bare] then return bare end
  local full = (bare or text) .. ':80'
  return missing[full] and full or nil
end

-- Counts what is still to be added: {url = number}. Foreign copies of the same text count as present; foreign
-- copies in another spelling are rewritten where they stand, the lowest first.
local function adopt(job, row, wanted)
  local missing = {}
  for url, copies in pairs(wanted) do
    local n = copies + (job.others[url] or 0) - (job.counts[url] or 0)
    if n > 0 then missing[url] = n end
  end
  if not next(missing) then return missing end
  local foreign = {}
  for position, text in ipairs(job.entries) do
    local url = row[position] and otherSpellingOf(text, missing)
    if url then
      local taken = (job.others[text] or 0) + (job.mine.copies[text] or 0)
      local left = foreign[text] or job.counts[text] - taken
      if left > 0 and missing[url] > 0 then
        row[position], foreign[text], missing[url] = url, left - 1, missing[url] - 1
      end
    end
  end
  return missing
end

-- Puts our own last survivors into the lowest holes.
local function moveUp(row, from, wanted)
  local left, hole, last = {}, 1, #row
  local function isOurs(position)
    local url = row[position]
    local n = url and (left[url] or wanted[url]) or 0
    if n > 0 then left[url] = n - 1 end
    return n > 0
  end
  while true do
    while row[hole] do hole = hole + 1 end
    while last > hole and not isOurs(last) do last = last - 1 end
    if last <= hole then return end
    row[hole], from[hole], row[last] = row[last], from[last], false
  end
end

-- Lays out the list to be: `after` from its second item on, and `from`, for each slot (from 1) the slot that it
-- had (from 0; false: new). New URLs go into the lowest holes, then our own last survivors do; where holes are
-- left, what follows moves up. The twin of lay-out.ts.
local function layOut(job, wanted, urls)
  local row, from = {}, {}
  for position, url in ipairs(job.entries) do row[position], from[position] = url, position - 1 end
  dropSurplus(job, row, wanted)
  local missing, hole = adopt(job, row, wanted), 1
  for _, url in ipairs(urls) do
    for _ = 1, missing[url] or 0 do
      while row[hole] do hole = hole + 1 end
      row[hole], from[hole] = url, false
    end
  end
  moveUp(row, from, wanted)
  job.after, job.from = {}, {}
  for position, url in ipairs(row) do
    if url then
      job.from[#job.from + 1] = from[position]
      job.after[#job.from + 1] = url
    end
  end
end

-- Without memory to grow: only as many of the wanted copies as stand there and are ours already.
local function onlyPresent(job, wanted)
  local present, lacks = {}, false
  for url, copies in pairs(wanted) do
    local n = math.min(copies, owned(job, url))
    if n > 0 then present[url] = n end
    lacks = lacks or n < copies
  end
  return present, lacks
end

-- The claim of fewer copies than the write asks for.
local function claimOf(copies, write)
  local ids, claim = readClaim(write.claim).ids, {}
  for url, n in pairs(copies) do claim[url] = { unpack(ids[url], 1, n) } end
  return cjson.encode(claim)
end

local function sameCopies(a, b)
  for url, n in pairs(a) do
    if n ~= b[url] then return false end
  end
  for url in pairs(b) do
    if not a[url] then return false end
  end
  return true
end

-- What becomes of a list without any URL, and of our claim: it is held while a container asks for it or the
-- hold lasts; else it goes, if it was ours and no other owner holds it.
local function decideEmpty(job, write)
  local mine, exists = job.mine, #job.before > 0
  local list, heldNow = { job.before[1] or write.id }, string.format('{"held":%.0f}', now)
  if write.asked and (exists or not removalsOnly) then return list, mine.held and job.had or heldNow end
  if not exists then return {}, nil end
  if mine.held and now < mine.held + holdMs then return list, job.had end
  if mine.backed and holdMs > 0 then return list, heldNow end
  local wasOurs = mine.backed or mine.held
  return (wasOurs and not job.othersHold) and {} or list, nil
end

-- Makes of a job what an edit asks for: what is to go counts as its own, and one copy of what is to come is
-- enough, whosever it is. The twin of edit.ts.
local function prepareEdit(job, write)
  local going, copies = countsOf(write.take or {}), {}
  if write.force then job.others, job.othersHold = {}, false end
  for url, present in pairs(job.counts) do
    if write.all or going[url] then
      local spared = math.min(present, job.others[url] or 0)
      if present > spared then copies[url] = present - spared end
      job.spared = job.spared + spared
    end
  end
  job.mine = { ids = {}, copies = copies, backed = write.all or next(copies) ~= nil, held = nil }
  for i, url in ipairs(write.urls) do write.copies[i] = 1 - (job.others[url] or 0) end
end

-- Fills in after (the whole list to be), from, and claim (text; nil: none). The twin of decide.ts.
local function decide(job, write)
  local wanted, lacks = {}, false
  if isEdit then prepareEdit(job, write) end
  for i, url in ipairs(write.urls) do wanted[url] = write.copies[i] end
  if removalsOnly then wanted, lacks = onlyPresent(job, wanted) end
  layOut(job, wanted, write.urls)
  job.wanted = wanted
  if #job.from == 0 then
    job.after, job.claim = decideEmpty(job, write)
  else
    job.after[1] = job.before[1] or write.id
    if not removalsOnly then
      job.claim = next(wanted) and write.claim or nil
    elseif next(wanted) then
      job.claim = sameCopies(wanted, job.mine.copies) and job.had or claimOf(wanted, write)
    end
  end
  -- Where nothing may grow, no claim begins either.
  if removalsOnly and not job.had then job.claim = nil end
  job.lacks = lacks or (removalsOnly and write.asked and job.claim == nil)
  job.differs = not same(job.before, job.after)
end

local function kindOf(job)
  if job.differs then
    if #job.after == 0 then return 'delete' end
    if #job.after == 1 then return 'hold' end
    return #job.before == 0 and 'create' or 'update'
  end
  if job.claim == job.had then return 'none' end
  return job.claim and 'claim' or 'release'
end

-- The old and the new claim together, as text. Of a member that stands there twice the last counts, so that the
-- two can be put one behind the other, unless a URL stays with fewer copies.
local function bothClaims(job, write)
  local fewer = false
  for url, n in pairs(job.wanted) do fewer = fewer or n < (job.mine.copies[url] or 0) end
  local old, new = string.match(job.had, '^%s*{(.+)}%s*$'), string.match(write.claim, '^{(.+)}$')
  if old and new and not fewer then return '{' .. old .. ',' .. new .. '}' end
  local both = readClaim(write.claim).ids
  for url, ids in pairs(job.mine.ids) do
    if #ids > (job.wanted[url] or 0) then both[url] = ids end
  end
  return cjson.encode(both)
end

-- What has to be claimed before the list is written, so that no entry of ours is ever without its claim:
-- where a vhost gains and loses, the old and the new together. nil: nothing.
local function claimBefore(job, write)
  if not job.claim or job.claim == job.had or removalsOnly then return nil end
  if #job.from == 0 then return not job.mine.backed and job.claim or nil end
  local gains, loses = false, false
  for url, n in pairs(job.mine.copies) do loses = loses or n > (job.wanted[url] or 0) end
  for url, n in pairs(job.wanted) do gains = gains or n > (job.mine.copies[url] or 0) end
  if not gains then return nil end
  return loses and bothClaims(job, write) or job.claim
end

-- The list shrinks first: LTRIM and DEL are never refused for lack of memory.
local function writeList(key, before, after)
  if #after == 0 then return redis.call('DEL', key) end
  if #before > #after then redis.call('LTRIM', key, 0, #after - 1) end
  for i = 1, math.min(#before, #after) do
    if before[i] ~= after[i] then redis.call('LSET', key, i - 1, after[i]) end
  end
  call('RPUSH', key, from(after, #before + 1))
end

-- Moves the marks under a host with their backends and returns how many moved. The set is changed, not made
-- anew, so that its TTL stays; a key of another type is no proxy's and stays too.
local function moveMarks(host, job)
  local key = prefix .. 'dead:' .. host
  local members = redis.pcall('SMEMBERS', key)
  if members.err or #members == 0 then return 0 end
  local marked, after, fresh, stale, moved = slotsOf(members), {}, {}, {}, 0
  for slot, from in ipairs(#job.before > 0 and job.from or {}) do
    if from and marked[from] then
      local mark = tostring(slot - 1)
      after[mark] = true
      if not marked[slot - 1] then fresh[#fresh + 1] = mark end
      if from ~= slot - 1 then moved = moved + 1 end
    end
  end
  for _, member in ipairs(members) do
    if not after[member] then stale[#stale + 1] = member end
  end
  call('SADD', key, fresh)
  call('SREM', key, stale)
  return moved
end

-- Marks of a wildcard stand under the hosts that it answered, where nothing more exact does by now.
local function moveHostMarks(job, hosts)
  local moved = 0
  for _, host in ipairs(hosts) do
    local exact = {}
    for i, vhost in ipairs(host) do exact[i] = prefix .. 'frontend:' .. vhost end
    if redis.call('EXISTS', unpack(exact)) == 0 then
      moved = moved + moveMarks(host[1], job)
    end
  end
  return moved
end

-- 1. The fence.
local score = not isEdit and redis.call('ZSCORE', KEYS[1], owner)
if not isEdit and (not score or tonumber(score) ~= tonumber(ARGV[3])) then return { 'fenced' } end

-- 2. Every type and every claim, before anything is written.
local writes = cjson.decode(ARGV[6])
local vhosts = {}
for i, write in ipairs(writes) do vhosts[i] = write.v end
local owners, texts = redis.call('ZRANGE', KEYS[1], 0, -1), {}
for n, name in ipairs(owners) do
  texts[n] = redis.pcall('HMGET', prefix .. 'autodock:owner:' .. name, unpack(vhosts))
end

local function observe(i, vhost)
  local key = prefix .. 'frontend:' .. vhost
  local before = redis.pcall('LRANGE', key, 0, LONGEST_LIST + 1)
  if before.err then
    return nil, { key, 'holds a value of type ' .. redis.call('TYPE', key).ok .. ', not a list' }
  end
  if #before > LONGEST_LIST + 1 then
    return nil, { key, 'holds more than ' .. LONGEST_LIST .. ' backends' }
  end
  local entries = from(before, 2)
  local job = { before = before, entries = entries, counts = countsOf(entries), spared = 0 }
  job.others, job.othersHold = {}, false
  for n, name in ipairs(owners) do
    local claim = not texts[n].err and readClaim(texts[n][i])
    if not claim then
      local hash = prefix .. 'autodock:owner:' .. name
      return nil, { hash, 'its field ' .. vhost .. ' is not a claim that autodock can read' }
    end
    if name == owner and not isEdit then
      job.mine, job.had = claim, texts[n][i] or nil
    else
      for url, n in pairs(claim.copies) do job.others[url] = (job.others[url] or 0) + n end
      job.othersHold = job.othersHold or claim.held ~= nil
    end
  end
  local members = redis.pcall('SMEMBERS', prefix .. 'dead:' .. vhost)
  job.marked = members.err and {} or slotsOf(members)
  return job, nil
end

local reply, jobs, moved, lacking = { 'applied', 0, 0 }, {}, 0, 0
local first, last, gone = {}, {}, {}
for i, write in ipairs(writes) do
  local job, fault = observe(i, write.v)
  reply[i + 3] = fault
  if job then
    decide(job, write)
    jobs[#jobs + 1] = job
    job.write, reply[i + 3] = write, kindOf(job)
    local early = claimBefore(job, write)
    if early then
      first[#first + 1] = write.v
      first[#first + 1] = early
    end
    if job.claim and job.claim ~= (early or job.had) then
      last[#last + 1] = write.v
      last[#last + 1] = job.claim
    elseif job.had and not job.claim then
      gone[#gone + 1] = write.v
    end
    lacking = lacking + job.spared + (job.lacks and 1 or 0)
  end
end

-- 3. Claims that grow; lists and marks; claims that shrink or go.
local claims = prefix .. 'autodock:owner:' .. owner
call('HSET', claims, first)
-- No owner has an empty name: a first write that cannot be refused, so that the shrinking ones are not either.
if removalsOnly then redis.call('ZREM', KEYS[1], '') end
for _, job in ipairs(jobs) do
  if job.differs then
    writeList(prefix .. 'frontend:' .. job.write.v, job.before, job.after)
    moved = moved + moveMarks(job.write.v, job)
    moved = moved + moveHostMarks(job, job.write.hosts or {})
  end
end
call('HSET', claims, last)
call('HDEL', claims, gone)
reply[2], reply[3] = moved, lacking
return reply
