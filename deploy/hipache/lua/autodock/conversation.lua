-- What is said on a connection, in the words of Redis: commands, replies and messages.

local resp = require 'autodock.resp'

local _M = {}

local CHUNK_BYTES = 65536

-- Parses whole replies out of a buffer until there are `limit`. Returns where
-- the rest starts; nil and why if this is not a Redis.
local function parse_into(replies, buffer, limit)
  local from, got = 1, #replies
  while got < limit do
    local reply, after, broken = resp.parse(buffer, from)
    if broken then
      return nil, broken
    elseif reply == nil then
      break
    end
    got, from = got + 1, after
    replies[got] = reply
  end
  return from
end

-- receiveany gives whatever has arrived.
local function more(sock, buffer, from)
  local chunk, err = sock:receiveany(CHUNK_BYTES)
  local rest = from > #buffer and '' or buffer:sub(from)
  return chunk and rest .. chunk, err, rest
end

local function read(sock, count)
  local buffer, replies = '', {}
  local from, err = 1, nil
  repeat
    buffer, err = more(sock, buffer, from)
    if not buffer then
      return nil, err
    end
    from, err = parse_into(replies, buffer, count)
    if not from then
      return nil, err
    end
  until #replies == count
  return replies, buffer:sub(from)
end

--- Sends encoded commands (a string or an array of them) and reads `count`
-- replies; what came after them is the second value. nil and the reason.
function _M.exchange(sock, commands, count)
  local sent, err = sock:send(commands)
  if not sent then
    return nil, err
  end
  return read(sock, count)
end

--- Waits for messages, one at least: they, and the beginning of the next one,
-- which is the `rest` of the next call. nil, why and the rest if none came.
function _M.messages(sock, rest)
  local messages = {}
  local buffer, from, err = rest, 1, nil
  from, err = parse_into(messages, buffer, math.huge)
  while from and #messages == 0 do
    local kept
    buffer, err, kept = more(sock, buffer, from)
    if not buffer then
      return nil, err, kept
    end
    from, err = parse_into(messages, buffer, math.huge)
  end
  if not from then
    return nil, err, ''
  end
  return messages, buffer:sub(from)
end

return _M
