-- A table of bounded size that keeps what was asked for last.
--
-- Two generations: what is set or asked for goes into the young one; when that
-- is full it becomes the old one, and the old one goes as a whole. A hit in the
-- young one is one look into one table. With resty.lrucache, which keeps a
-- linked list besides, a request for one of 10,000 hosts took 44 µs, with this
-- 38, and a worker 39 MB, with this 35 (medians of 7, bench:front's subjects).

local floor, max = math.floor, math.max

local _M = {}
local methods = { __index = _M }

--- A table for at most `size` values, at least half of which are those that
-- were asked for last.
function _M.new(size)
  return setmetatable({ young = {}, old = {}, count = 0, half = max(1, floor(size / 2)) }, methods)
end

--- The value of a key, or nil if it was never set or has gone.
function _M:get(key)
  local value = self.young[key]
  if value ~= nil then
    return value
  end
  value = self.old[key]
  if value ~= nil then
    self:set(key, value)
  end
  return value
end

--- Sets the value of a key; not nil.
function _M:set(key, value)
  if self.young[key] == nil then
    if self.count >= self.half then
      self.old, self.young, self.count = self.young, {}, 0
    end
    self.count = self.count + 1
  end
  self.young[key] = value
end

--- Forgets a key. One that changes again and again takes no more than its place.
function _M:delete(key)
  if self.young[key] ~= nil then
    self.count = self.count - 1
  end
  self.young[key], self.old[key] = nil, nil
end

return _M
