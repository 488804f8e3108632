-- Lines of this front's logs that nobody took (attend), counted beside each log.

local settings = require 'autodock.settings'

local _M = {}

--- The logs, by the name of their file.
_M.LOGS = { 'access', 'error' }

--- How many lines of a log are lost since the front started.
function _M.lines(log)
  local file = io.open(settings.run .. '/' .. log .. '.lost', 'r')
  if not file then
    return 0
  end
  local count = file:read('*n')
  file:close()
  return count or 0
end

return _M
