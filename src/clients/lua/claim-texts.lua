-- For each owner its claims of these vhosts, as text in their order (false: none). Where `err` is set the owner's
-- key is of a wrong type.
local function claimTexts(prefix, owners, vhosts)
  local texts = {}
  for n, name in ipairs(owners) do
    texts[n] = redis.pcall('HMGET', prefix .. 'autodock:owner:' .. name, unpack(vhosts))
  end
  return texts
end
