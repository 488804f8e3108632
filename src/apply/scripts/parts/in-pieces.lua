-- Arguments of one command, few enough for Lua's stack.
local PIECE = 1000

-- One command with any number of arguments behind its key: in as many calls as it takes; without any, none.
local function inPieces(command, key, items)
  for first = 1, #items, PIECE do
    redis.call(command, key, unpack(items, first, math.min(first + PIECE - 1, #items)))
  end
end
