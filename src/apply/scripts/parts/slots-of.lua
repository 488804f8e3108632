-- Dead marks as a set of slots; what is not a canonical number marks nothing. Lua takes more for a number than digits,
-- also 'nan', which no table can have as a key.
local function slotsOf(members)
  local slots = {}
  for _, member in ipairs(members) do
    local slot = string.match(member, '^%d+$') and tonumber(member)
    if slot and tostring(slot) == member then slots[slot] = true end
  end
  return slots
end
