-- A Redis that comes back with what it had some time ago: the node that has it was away while
-- another one did its work, or a copy was put in place. What stands there may lead to others'
-- containers, as addresses are dealt anew.
--
-- The score of an owner (autodock:owners) grows with each of its passes. Where it is less than it
-- was known, and Redis has another history, the owner has passed since; where it is more, the owner
-- may be at it just now. Such a Redis counts as away, so that routes are served as they were known,
-- until each of these owners has passed and had a second for it; for four at most, as who is gone
-- does not.

local settings = require 'autodock.settings'

local concat = table.concat
local shared = ngx.shared.emptied

local _M = {}

--- Why it counts as away.
_M.REASON = 'its routes may be older than those that were known'

local PASS_SECONDS, MOST_SECONDS = 1, 4
local KNOWN = 'scores' -- a line for each owner
local TOLD_IN, TOLD_SECONDS = 'told in ', 60
-- `found in`: the history in which these scores were found, less than they were known.
local FOUND_IN, FOUND, FOUND_AT, PASSED_AT = 'found in', 'scores found', 'found at', 'passed at'

local function keep(name, scores)
  local lines = {}
  for owner, score in pairs(scores) do
    lines[#lines + 1] = owner .. ' ' .. score
  end
  shared:safe_set(name, concat(lines, '\n'))
end

local function kept(name)
  local scores = {}
  for owner, score in (shared:get(name) or ''):gmatch '([^\n]*) ([^ \n]+)' do
    scores[owner] = tonumber(score)
  end
  return scores
end

--- These are the scores by now, as { [owner] = text }.
function _M.note(scores)
  keep(KNOWN, scores)
end

-- Whether one of the owners has another score than was known; those that are less are kept.
local function begins(history, scores)
  local behind, is_at_it = {}, false
  for owner, known in pairs(kept(KNOWN)) do
    local score = scores[owner] and tonumber(scores[owner]) or known
    behind[owner] = score < known and scores[owner] or nil
    is_at_it = is_at_it or score > known
  end
  if not next(behind) and not is_at_it then
    return false
  end
  keep(FOUND, behind)
  shared:set(FOUND_AT, ngx.now())
  shared:delete(PASSED_AT)
  shared:set(FOUND_IN, history)
  if shared:add(TOLD_IN .. history, true, TOLD_SECONDS) then -- workers find it at the same time
    ngx.log(ngx.WARN, 'Redis came up anew: the routes that were known are served until its owners have passed, as its own may be older')
  end
  return true
end

local function have_passed(scores)
  for owner, found in pairs(kept(FOUND)) do
    if scores[owner] and tonumber(scores[owner]) <= found then
      return false
    end
  end
  return true
end

--- Whether a Redis of another history than was known is not to be used yet.
-- @param scores of all owners there, as { [owner] = text }
function _M.is_awaited(history, scores)
  if settings.last_known == 0 then
    return false
  elseif shared:get(FOUND_IN) ~= history then
    return begins(history, scores)
  end
  local now = ngx.now()
  if have_passed(scores) then
    shared:add(PASSED_AT, now)
  end
  local is_over = now - (shared:get(PASSED_AT) or now) >= PASS_SECONDS
  return not is_over and now - (shared:get(FOUND_AT) or 0) < MOST_SECONDS
end

return _M
