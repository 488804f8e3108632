-- Work that a worker does again and again, as long as it lives, whatever happens in it.
--
-- nginx itself calls again, not work that went well: an error, or a moment without a free
-- timer, costs one round and not all that would follow.

local log, ERR = ngx.log, ngx.ERR

local _M = {}

-- A worker that a reload replaced has no such timers any more.
local function go_on(seconds, round, is_needed)
  round()
  while is_needed() do
    ngx.sleep(seconds)
    round()
  end
end

--- Begins to do `work` every so many seconds, later if it returns a longer pause in
-- seconds, and never twice at a time. Returns what does it now, unless it is under way.
-- @param what it is, for the log
-- @param is_needed whether a worker that a reload replaced has to do it still; without it, it does not
function _M.every(seconds, what, work, is_needed)
  local busy, due = false, 0
  local function round(premature)
    if premature or busy then
      return
    end
    busy = true
    local ok, pause = pcall(work)
    busy = false
    due = ngx.now() + (ok and pause or 0)
    if not ok then
      log(ERR, what, ' failed: ', pause)
    end
  end
  assert(ngx.timer.every(seconds, function(premature)
    if premature and is_needed then
      go_on(seconds, round, is_needed)
    elseif ngx.now() >= due then
      round(premature)
    end
  end))
  return round
end

--- Lets such work be done at once, beside whoever asks for it.
function _M.soon(round)
  local ok, err = ngx.timer.at(0, round)
  if not ok and not ngx.worker.exiting() then
    log(ERR, 'nginx has no timer left, so what is due waits for its next turn: ', err)
  end
end

return _M
