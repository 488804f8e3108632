-- A claim as {ids = {url = {id, ...}}, copies = {url = number}, backed = whether there is any, held = ms or nil,
-- lapsed = whether others took its backends out, so that nothing of it is there}; nil: malformed. An empty object and an
-- empty array are one and the same here. The twin of parseClaim in claim-text.ts; times are below `latestTime`.
local function readClaim(text, latestTime)
  local claim = { ids = {}, copies = {}, backed = false, held = nil, lapsed = false }
  if not text then return claim end
  local isJson, members = pcall(cjson.decode, text)
  if not isJson or type(members) ~= 'table' then return nil end
  for url, ids in pairs(members) do
    if url == 'held' then
      if type(ids) ~= 'number' or not (ids >= 0 and ids < latestTime) then return nil end
      claim.held = ids
    else
      if type(url) ~= 'string' or type(ids) ~= 'table' then return nil end
      for n, id in pairs(ids) do
        if type(n) ~= 'number' or type(id) ~= 'string' then return nil end
      end
      if #ids > 0 and url == 'lapsed' then
        claim.lapsed = true
      elseif #ids > 0 then
        claim.ids[url], claim.copies[url], claim.backed = ids, #ids, true
      end
    end
  end
  if (claim.held or claim.lapsed) and claim.backed or claim.held and claim.lapsed then return nil end
  return claim
end
