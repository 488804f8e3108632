-- Dead marks as a set of slots; what is not a canonical number marks nothing.
local function slotsOf(members)
  local slots = {}
  for _, member in ipairs(members) do
    local slot = tonumber(member)
    if slot and tostring(slot) == member then slots[slot] = true end
  end
  return slots
end
