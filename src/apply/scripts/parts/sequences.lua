-- The items from `first` on, and those up to `last`. unpack() would do, but for the length that a stranger's list may have.
local function tail(items, first)
  local rest = {}
  for i = first, #items do rest[i - first + 1] = items[i] end
  return rest
end

local function upTo(items, last)
  local some = {}
  for i = 1, last do some[i] = items[i] end
  return some
end

local function same(a, b)
  if #a ~= #b then return false end
  for i = 1, #a do
    if a[i] ~= b[i] then return false end
  end
  return true
end

-- {text = how often it stands there}.
local function countsOf(items)
  local counts = {}
  for _, item in ipairs(items) do counts[item] = (counts[item] or 0) + 1 end
  return counts
end
