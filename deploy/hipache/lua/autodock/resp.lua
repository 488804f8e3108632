-- The Redis protocol (RESP2): encode commands, parse replies out of a buffer.
--
-- lua-resty-redis reads every list element with two or three socket calls; a
-- whole pipeline read as it arrives and parsed here takes a third of the time.
--
-- A parsed reply is a string (simple or bulk), a number (integer), false
-- (null), an array of replies, or { error = 'WRONGTYPE ...' }.

local byte, find, sub = string.byte, string.find, string.sub
local concat, tonumber = table.concat, tonumber

local _M = {}

local SIMPLE, ERROR, INTEGER, BULK, ARRAY = byte('+-:$*', 1, 5)

--- One command, given as an array of strings, as bytes.
function _M.encode(command)
  local out = { '*' .. #command .. '\r\n' }
  for i, word in ipairs(command) do
    out[i + 1] = '$' .. #word .. '\r\n' .. word .. '\r\n'
  end
  return concat(out)
end

local parse

local function parse_bulk(buffer, length, from)
  if length < 0 then
    return false, from
  end
  if #buffer < from + length + 1 then
    return nil
  end
  return sub(buffer, from, from + length - 1), from + length + 2
end

local function parse_array(buffer, length, from)
  if length < 0 then
    return false, from
  end
  local items = {}
  for i = 1, length do
    local item, after, err = parse(buffer, from)
    if item == nil then
      return nil, nil, err
    end
    items[i], from = item, after
  end
  return items, from
end

--- The reply that starts at `from`, and where the next one starts.
-- nil: the buffer does not hold all of it yet; nil, nil, err: this is not a Redis.
function parse(buffer, from)
  local eol = find(buffer, '\r\n', from, true)
  if not eol then
    return nil
  end
  local kind, rest, after = byte(buffer, from), sub(buffer, from + 1, eol - 1), eol + 2
  if kind == BULK then
    return parse_bulk(buffer, tonumber(rest), after)
  elseif kind == ARRAY then
    return parse_array(buffer, tonumber(rest), after)
  elseif kind == INTEGER then
    return tonumber(rest), after
  elseif kind == SIMPLE then
    return rest, after
  elseif kind == ERROR then
    return { error = rest }, after
  end
  return nil, nil, 'the answer is not Redis protocol'
end

_M.parse = parse

return _M
