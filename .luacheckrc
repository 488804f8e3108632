-- What luacheck is told of the Lua in this repository: modules of nginx, and scripts that run inside Redis.
std = 'ngx_lua'
max_line_length = 140
-- `local found, err = first, nil` declares what the next lines fill.
ignore = { '311' }

-- A script is made of parts that call each other; a part uses none of its own functions at times.
local shared = { 'src/apply/scripts/parts', 'src/clients/lua' }
local globals = { 'redis', 'cjson', 'cmsgpack', 'KEYS', 'ARGV' }
local unused = {}
local functions = assert(io.popen("grep -rhoE '^local function [A-Za-z]+' " .. table.concat(shared, ' ')))
for line in functions:lines() do
  local name = line:match('[A-Za-z]+$')
  globals[#globals + 1] = name
  unused[#unused + 1] = '211/^' .. name .. '$'
end
functions:close()

files['src'] = { std = 'lua51', read_globals = globals }
for _, folder in ipairs(shared) do files[folder] = { ignore = unused } end
