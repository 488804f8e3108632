-- A JSON object as a table; nil for any other text, and for none.
local function decodeObject(text)
  local isJson, value = pcall(cjson.decode, text or '')
  return isJson and type(value) == 'table' and value or nil
end
