-- This server's clock, milliseconds since 1970.
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Milliseconds as text: they have 13 digits, and tostring() would round them to 14 significant ones at best.
local function timeText(ms)
  return string.format('%.0f', ms)
end
