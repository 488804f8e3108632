-- What Redis runs to write a dead mark, and to take it away: each looks at the list as it
-- is at that moment. Neither writes while hipache-hchecker runs (its heartbeat is younger
-- than 30 s).

local _M = {}

--- Marks a backend. KEYS: the frontend's list, the dead set.
-- ARGV: the backend's URL, the mark's seconds, the requested host, the time,
-- and whether this is for a checker alone. Returns how many slots are marked;
-- -1 if that is left to a checker.
_M.MARK = [[
local heartbeat = redis.pcall('GET', 'hchecker_ping')
heartbeat = type(heartbeat) == 'string' and tonumber(heartbeat) or 0
local checked = tonumber(ARGV[4]) - heartbeat < 30
if ARGV[5] == 'report' and not checked then
  return 0
end
local dead = {}
for _, slot in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  dead[slot] = true
end
local urls = redis.call('LRANGE', KEYS[1], 1, -1)
local slots, another_lives = {}, false
for i, url in ipairs(urls) do
  local slot = string.format('%d', i - 1)
  if url == ARGV[1] then
    slots[#slots + 1] = slot
  elseif not dead[slot] then
    another_lives = true
  end
end
if not another_lives or #slots == 0 then
  return 0
end
for _, slot in ipairs(slots) do
  if not checked then
    redis.call('SADD', KEYS[2], slot)
  end
  redis.call('PUBLISH', 'dead', table.concat({ ARGV[3], ARGV[1], slot, #urls }, ';'))
end
if not checked then
  redis.call('EXPIRE', KEYS[2], ARGV[2])
end
return checked and -1 or #slots
]]

--- Takes a backend's marks away. KEYS: the same. ARGV: the backend's URL, the time. Returns how many marks went.
_M.UNMARK = [[
local heartbeat = redis.pcall('GET', 'hchecker_ping')
heartbeat = type(heartbeat) == 'string' and tonumber(heartbeat) or 0
if tonumber(ARGV[2]) - heartbeat < 30 then
  return 0
end
local gone = 0
for i, url in ipairs(redis.call('LRANGE', KEYS[1], 1, -1)) do
  if url == ARGV[1] then
    gone = gone + redis.call('SREM', KEYS[2], string.format('%d', i - 1))
  end
end
return gone
]]

return _M
