-- What goes wrong again and again, said once: until it was well in between, or is something else.

local log = ngx.log

local _M = {}

--- A complaint that has not been made yet, as what makes it, with a reason, and what takes it back.
-- @param level of the log
-- @param text what stands before the reason
function _M.about(level, text)
  local last
  local function complain(err)
    if err ~= last then
      last = err
      log(level, text, err)
    end
  end
  local function is_well()
    last = nil
  end
  return complain, is_well
end

return _M
