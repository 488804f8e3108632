-- Names this run of this server: times of another run are by another clock. '' where the user may not ask (INFO).
local function redisRun()
  local info = redis.pcall('INFO', 'server')
  return type(info) == 'string' and string.match(info, 'run_id:(%x+)') or ''
end
