-- @include "owned"

-- Without memory to grow: only as many of the wanted copies as stand there and are ours already; and whether that
-- is less than what is wanted.
local function onlyPresent(job, wanted)
  local present, lacks = {}, false
  for url, copies in pairs(wanted) do
    local n = math.min(copies, owned(job, url))
    if n > 0 then present[url] = n end
    lacks = lacks or n < copies
  end
  return present, lacks
end
