-- Writes JSON, members in the order that they are given in.

local byte, format, gsub = string.byte, string.format, string.gsub
local concat = table.concat

local _M = {}

local written = { __tostring = function(self) return self.text end, __lt = function(a, b)
  return a.text < b.text
end }

local function as_written(text)
  return setmetatable({ text = text }, written)
end

_M.null = as_written 'null'

local function quote(text)
  return '"' .. gsub(text, '[%c"\\]', function(char)
    return format('\\u%04x', byte(char))
  end) .. '"'
end

local function encode(value)
  if type(value) == 'string' then
    return quote(value)
  end
  return tostring(value)
end

--- An object of members { name, value }; a value is a string, a number, a boolean, or
-- what this module made.
function _M.object(members)
  local out = {}
  for i, member in ipairs(members) do
    out[i] = quote(member[1]) .. ':' .. encode(member[2])
  end
  return as_written('{' .. concat(out, ',') .. '}')
end

--- An array of values.
function _M.array(values)
  local out = {}
  for i, value in ipairs(values) do
    out[i] = encode(value)
  end
  return as_written('[' .. concat(out, ',') .. ']')
end

return _M
