-- What stays of a claim whose backends others took out: {"lapsed": ["<url> <short id>", ...]}. Versions before this one
-- read it as a URL that stands nowhere. nil: nothing, as it only held the vhost.
local function lapsedClaim(claim)
  local copies = {}
  for url, ids in pairs(claim.ids) do
    for _, id in ipairs(ids) do copies[#copies + 1] = url .. ' ' .. id end
  end
  if #copies == 0 then return nil end
  table.sort(copies)
  return cjson.encode({ lapsed = copies })
end
