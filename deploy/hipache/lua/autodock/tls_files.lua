-- Which pairs of files lie in the folder of certificates, and what is wrong with others.
--
-- NAME.crt and NAME.key; NAME/fullchain.pem and NAME/privkey.pem; the same below `live`,
-- as in certbot's folder, of which nothing else is looked at.

local lfs = require 'lfs'

local gsub, lower, match = string.gsub, string.lower, string.match

local _M = {}

local NOT_THERE = { [2] = true, [20] = true } -- ENOENT; ENOTDIR: the folder is a file, as certbot's README
local MAX_ENTRIES = 10000

-- A file's stamp, which changes with it; nil and what is wrong (nothing: it is not there).
local function stamp_of(path)
  local file, err, errno = lfs.attributes(path)
  if file and file.mode == 'file' then
    return file.modification .. ' ' .. file.change .. ' ' .. file.size .. ' ' .. file.ino
  elseif file then
    return nil, 'is not a file'
  elseif not NOT_THERE[errno] then
    return nil, match(err, '[^:]*$'):gsub('^ ', '')
  elseif lfs.symlinkattributes(path, 'mode') == 'link' then
    return nil, 'is a link to what is not there'
  end
  return nil
end

local function name_of(text)
  return (gsub(lower(text), '^_%.', '*.'))
end

-- Adds what two files are, if one of them is there.
local function add(found, name, paths)
  local stamps, problem, count = {}, nil, 0
  for i, path in ipairs(paths) do
    local err
    stamps[i], err = stamp_of(path)
    count = count + (stamps[i] and 1 or 0)
    problem = problem or err and path .. ': ' .. err
  end
  if count == 0 and not problem then
    return
  end
  local half = not problem and count < #paths
  if half then
    problem = (stamps[1] and paths[2] or paths[1]) .. ': there is no such file'
  end
  found[#found + 1] = {
    name = name_of(name), paths = paths, problem = problem, half = half,
    stamp = not problem and stamps[1] .. ' ' .. stamps[2] or nil,
  }
end

-- Each entry of a folder that is not hidden; false and why not.
local function each(folder, act)
  local ok, err = pcall(function()
    local count = 0
    for entry in lfs.dir(folder) do
      if not match(entry, '^%.') and count < MAX_ENTRIES then
        count = count + 1
        act(entry, folder .. '/' .. entry)
      end
    end
  end)
  return ok, err and gsub(err, '^%S+%.lua:%d+: ', '')
end

local function add_pair_of_files(found, entry, path)
  local kind = match(entry, '%.(%a+)$')
  if kind ~= 'crt' and kind ~= 'key' then
    return false
  end
  local base = match(path, '^(.*)%.%a+$')
  if kind == 'crt' or not lfs.symlinkattributes(base .. '.crt', 'mode') then
    add(found, match(entry, '^(.*)%.%a+$'), { base .. '.crt', base .. '.key' })
  end
  return true
end

local function add_folder(found, entry, path)
  add(found, entry, { path .. '/fullchain.pem', path .. '/privkey.pem' })
end

--- What lies in a folder: an array of { name, paths, stamp?, problem?, half }, where `half`
-- says that one of the two is not there; nil and why not.
function _M.list(folder)
  local found, live = {}, folder .. '/live'
  local has_live = lfs.attributes(live, 'mode') == 'directory' and not lfs.attributes(live .. '/fullchain.pem')
  local ok, err = each(folder, function(entry, path)
    if not add_pair_of_files(found, entry, path) and not has_live then
      add_folder(found, entry, path)
    end
  end)
  if ok and has_live then
    ok, err = each(live, function(entry, path)
      add_folder(found, entry, path)
    end)
  end
  if not ok then
    return nil, err
  end
  return found
end

return _M
