-- Takes drains out, each only while it is what was read: who drains a container anew is not to be undone.
--
-- KEYS[1]  autodock:drain:<owner>  hash: short id of a container to its drain
-- ARGV     short id and drain, short id and drain, ...
--
-- Returns how many were taken out.

local released = 0
for i = 1, #ARGV, 2 do
  if redis.call('HMGET', KEYS[1], ARGV[i])[1] == ARGV[i + 1] then
    released = released + redis.call('HDEL', KEYS[1], ARGV[i])
  end
end
return released
