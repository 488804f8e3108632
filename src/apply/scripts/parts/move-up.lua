-- Puts our own last survivors into the lowest holes.
local function moveUp(row, from, wanted)
  local left, hole, last = {}, 1, #row
  local function isOurs(position)
    local url = row[position]
    local n = url and (left[url] or wanted[url]) or 0
    if n > 0 then left[url] = n - 1 end
    return n > 0
  end
  while true do
    while row[hole] do hole = hole + 1 end
    while last > hole and not isOurs(last) do last = last - 1 end
    if last <= hole then return end
    row[hole], from[hole], row[last] = row[last], from[last], false
  end
end
