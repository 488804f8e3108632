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
-- ARGV[5]  'all', or 'removals': add nothing, so that it works on a full Redis
-- ARGV[6]  JSON array of writes, sorted by vhost:
--          v      the vhost
--          id     identifier, used if the frontend is created
--          urls   the desired URLs, sorted by the controller: the order of Lua's < depends on the locale
--          claim  the claim to be, as text: {"<url>": ["<short id>", once for each copy]}; '' without backends
--          asked  a container asks for the vhost although there is no backend: hold it
--          hosts  of a wildcard: for each host with dead marks the vhosts more exact for it, itself first
--
-- Returns {'fenced'}, or {'applied', marks moved, vhosts that lack something in 'removals', result, ...} with one
-- result for each write: a kind of change, 'none', or {key, problem} of a vhost that was left alone.
--
-- EVAL does not roll back: all types and claims are looked at before the first write. Then claims that grow are
-- written first, lists and marks second, claims that shrink or go last: a crash in the middle leaves at worst
-- a claim without its entry, which the next pass mends. And a script that has written nothing yet is refused
-- for lack of memory at its first growing command: a batch that adds is refused as a whole.

local prefix, owner, holdMs, removalsOnly = ARGV[1], ARGV[2], tonumber(ARGV[4]), ARGV[5] == 'removals'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- Arguments of one command, few enough for Lua's stack.
local PIECE = 1000

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

local function setOf(items)
  local set = {}
  for _, item in ipairs(items) do set[item] = true end
  return set
end

local function same(a, b)
  if #a ~= #b then return false end
  for i = 1, #a do
    if a[i] ~= b[i] then return false end
  end
  return true
end

-- A claim as {ids = {url = {id, ...}}, backed = whether there is any, held = ms or nil}; nil: malformed.
local function readClaim(text)
  local claim = { ids = {}, backed = false, held = nil }
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
      if #ids > 0 then claim.ids[url], claim.backed = ids, true end
    end
  end
  if claim.held and claim.backed then return nil end
  return claim
end

-- How many of the `present` copies of a URL are ours: others' claims come first, ours may exceed what is there.
local function owned(url, present, mine, others)
  return math.max(0, math.min(present - (others[url] or 0), #(mine[url] or {})))
end

local function otherSpellings(url)
  local bare = string.match(url, '^(http://.+):80$')
  return bare and { url .. '/', bare, bare .. '/' } or { url .. '/' }
end

-- The positions (from 1) at which each URL stands, ascending.
local function positionsOf(entries)
  local positions = {}
  for position, url in ipairs(entries) do
    local known = positions[url]
    if known then known[#known + 1] = position else positions[url] = { position } end
  end
  return positions
end

-- Makes holes (false) of our copies that are no longer wanted: of equal copies the last ones are ours, and
-- those without a dead mark go first.
local function dropSurplus(row, positions, mine, others, wanted, marked)
  for url, ids in pairs(mine) do
    local copies = positions[url] or {}
    local ours = owned(url, #copies, mine, others)
    local surplus = ours - #(wanted[url] or {})
    for _, isMarked in ipairs({ false, true }) do
      for i = #copies, #copies - ours + 1, -1 do
        if surplus <= 0 then break end
        local position = copies[i]
        if row[position] and (marked[tostring(position - 1)] or false) == isMarked then
          row[position] = false
          surplus = surplus - 1
        end
      end
    end
  end
end

-- What is still to be added. Foreign copies of the same text count as present; foreign copies in another
-- spelling are rewritten where they stand, the lowest first.
local function adopt(row, positions, mine, others, wanted, urls)
  local added = {}
  for _, url in ipairs(urls) do
    local missing = #(wanted[url] or {}) + (others[url] or 0) - #(positions[url] or {})
    if wanted[url] and missing > 0 then
      local found = {}
      for _, text in ipairs(otherSpellings(url)) do
        local copies = positions[text] or {}
        local foreign = #copies - (others[text] or 0) - #(mine[text] or {})
        for _, position in ipairs(copies) do
          if foreign > 0 and row[position] then
            found[#found + 1] = position
            foreign = foreign - 1
          end
        end
      end
      table.sort(found)
      for _, position in ipairs(found) do
        if missing > 0 then
          row[position] = { url = url, from = position - 1 }
          missing = missing - 1
        end
      end
      for _ = 1, missing do added[#added + 1] = url end
    end
  end
  return added
end

-- New URLs go into the lowest holes, then our own last survivors do; what holes are left, closes.
local function closeHoles(row, added, wanted)
  local hole = 1
  for _, url in ipairs(added) do
    while row[hole] do hole = hole + 1 end
    row[hole] = { url = url }
  end
  local left, ours = {}, {}
  for url, ids in pairs(wanted) do left[url] = #ids end
  for position = #row, 1, -1 do
    local place = row[position]
    if place and (left[place.url] or 0) > 0 then
      left[place.url] = left[place.url] - 1
      ours[position] = true
    end
  end
  hole = 1
  for last = #row, 2, -1 do
    if ours[last] then
      while hole < last and row[hole] do hole = hole + 1 end
      if hole >= last then break end
      row[hole], row[last] = row[last], false
    end
  end
  local places = {}
  for _, place in ipairs(row) do
    if place then places[#places + 1] = place end
  end
  return places
end

-- The list to be: places {url, from = the slot it had, nil if new}. The twin of lay-out.ts.
local function layOut(entries, mine, others, wanted, urls, marked)
  local positions, row = positionsOf(entries), {}
  for position, url in ipairs(entries) do row[position] = { url = url, from = position - 1 } end
  dropSurplus(row, positions, mine, others, wanted, marked)
  return closeHoles(row, adopt(row, positions, mine, others, wanted, urls), wanted)
end

-- Without memory to grow: only as many of the wanted copies as stand there and are ours already.
local function onlyPresent(entries, mine, others, wanted)
  local positions, present, lacks = positionsOf(entries), {}, false
  for url, ids in pairs(wanted) do
    local n = math.min(#ids, owned(url, #(positions[url] or {}), mine, others))
    if n > 0 then present[url] = { unpack(ids, 1, n) } end
    lacks = lacks or n < #ids
  end
  return present, lacks
end

local function sameCopies(a, b)
  for url, ids in pairs(a) do
    if #ids ~= #(b[url] or {}) then return false end
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

-- Fills in places, after (the whole list to be) and claim (text, nil: none). The twin of decide.ts.
local function decide(job, write)
  local entries = from(job.before, 2)
  local wanted, lacks = readClaim(write.claim ~= '' and write.claim).ids, false
  if removalsOnly then wanted, lacks = onlyPresent(entries, job.mine.ids, job.others, wanted) end
  job.places = layOut(entries, job.mine.ids, job.others, wanted, write.urls, job.marked)
  job.wanted = wanted
  if #job.places > 0 then
    job.after = { job.before[1] or write.id }
    for slot, place in ipairs(job.places) do job.after[slot + 1] = place.url end
    if removalsOnly and sameCopies(wanted, job.mine.ids) then
      job.claim = job.mine.backed and job.had or nil
    elseif next(wanted) then
      job.claim = removalsOnly and cjson.encode(wanted) or write.claim
    end
  else
    job.after, job.claim = decideEmpty(job, write)
  end
  -- Where nothing may grow, no claim begins either.
  if removalsOnly and not job.had then job.claim = nil end
  job.lacks = lacks or (removalsOnly and write.asked and job.claim == nil)
end

local function kindOf(job)
  if not same(job.before, job.after) then
    if #job.after == 0 then return 'delete' end
    if #job.after == 1 then return 'hold' end
    return #job.before == 0 and 'create' or 'update'
  end
  if job.claim == job.had then return 'none' end
  return job.claim and 'claim' or 'release'
end

-- What has to be claimed before the list is written, so that no entry of ours is ever without its claim:
-- where a vhost gains and loses, the old and the new together. nil: nothing.
local function claimBefore(job)
  if not job.claim or job.claim == job.had or removalsOnly then return nil end
  if #job.places == 0 then return not job.mine.backed and job.claim or nil end
  local both, gains, loses = {}, false, false
  for url, ids in pairs(job.mine.ids) do
    both[url] = ids
    loses = loses or #ids > #(job.wanted[url] or {})
  end
  for url, ids in pairs(job.wanted) do
    if #ids > #(job.mine.ids[url] or {}) then both[url], gains = ids, true end
  end
  if not gains then return nil end
  return loses and cjson.encode(both) or job.claim
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
  local marked, after, fresh, stale, moved = setOf(members), {}, {}, {}, 0
  for slot, place in ipairs(job.places) do
    if #job.before > 0 and place.from and marked[tostring(place.from)] then
      local mark = tostring(slot - 1)
      after[mark] = true
      if not marked[mark] then fresh[#fresh + 1] = mark end
      if place.from ~= slot - 1 then moved = moved + 1 end
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
local score = redis.call('ZSCORE', KEYS[1], owner)
if not score or tonumber(score) ~= tonumber(ARGV[3]) then return { 'fenced' } end

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
  local before = redis.pcall('LRANGE', key, 0, -1)
  if before.err then
    return nil, { key, 'holds a value of type ' .. redis.call('TYPE', key).ok .. ', not a list' }
  end
  local job = { before = before, others = {}, othersHold = false }
  for n, name in ipairs(owners) do
    local claim = not texts[n].err and readClaim(texts[n][i])
    if not claim then
      local hash = prefix .. 'autodock:owner:' .. name
      return nil, { hash, 'its field ' .. vhost .. ' is not a claim that autodock can read' }
    end
    if name == owner then
      job.mine, job.had = claim, texts[n][i] or nil
    else
      for url, ids in pairs(claim.ids) do job.others[url] = (job.others[url] or 0) + #ids end
      job.othersHold = job.othersHold or claim.held ~= nil
    end
  end
  local members = redis.pcall('SMEMBERS', prefix .. 'dead:' .. vhost)
  job.marked = members.err and {} or setOf(members)
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
    local early = claimBefore(job)
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
    if job.lacks then lacking = lacking + 1 end
  end
end

-- 3. Claims that grow; lists and marks; claims that shrink or go.
local claims = prefix .. 'autodock:owner:' .. owner
call('HSET', claims, first)
-- No owner has an empty name: a first write that cannot be refused, so that the shrinking ones are not either.
if removalsOnly then redis.call('ZREM', KEYS[1], '') end
for _, job in ipairs(jobs) do
  if not same(job.before, job.after) then
    writeList(prefix .. 'frontend:' .. job.write.v, job.before, job.after)
    moved = moved + moveMarks(job.write.v, job)
    moved = moved + moveHostMarks(job, job.write.hosts or {})
  end
end
call('HSET', claims, last)
call('HDEL', claims, gone)
reply[2], reply[3] = moved, lacking
return reply
