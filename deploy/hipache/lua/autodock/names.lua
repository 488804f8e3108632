-- The addresses of what is given by name: by the hosts file, else by DNS as
-- /etc/resolv.conf says. Both are looked at again after a few seconds.

local lrucache = require 'resty.lrucache'
local resolver = require 'autodock.resolver'

local gmatch, lower = string.gmatch, string.lower
local now, log, WARN = ngx.now, ngx.log, ngx.WARN

local _M = {}

local FRESH_SECONDS = 5
local FAILED_SECONDS = 1
-- While DNS does not answer, what it said before counts for this long.
local STALE_SECONDS = 300
local HOSTS_FILE, RESOLVER_FILE = '/etc/hosts', '/etc/resolv.conf'

local known = assert(lrucache.new(1024))

local function lines_of(path)
  local file = io.open(path, 'r')
  if not file then
    return {}
  end
  local lines = {}
  for line in file:lines() do
    lines[#lines + 1] = line:gsub('[#;].*', '')
  end
  file:close()
  return lines
end

-- IPv6 in brackets, as nginx wants it.
local function bracketed(address)
  return address:find(':', 1, true) and '[' .. address .. ']' or address
end

local function by_hosts_file(name, both)
  local v4, v6 = {}, {}
  for _, line in ipairs(lines_of(HOSTS_FILE)) do
    local word = gmatch(line, '%S+')
    local address = word()
    for alias in word do
      if lower(alias) == name and not address:find('%', 1, true) then
        local list = address:find(':', 1, true) and v6 or v4
        list[#list + 1] = bracketed(address)
      end
    end
  end
  if name == 'localhost' then -- whatever the file says (RFC 6761)
    v4[1], v6[1] = v4[1] or '127.0.0.1', v6[1] or '[::1]'
  end
  for _, address in ipairs((both or #v4 == 0) and v6 or {}) do
    v4[#v4 + 1] = address
  end
  return #v4 > 0 and v4 or nil
end

-- { servers, domains }; a name without a dot is looked for in the domains too.
local function resolver_settings()
  local servers, domains = {}, {}
  for _, line in ipairs(lines_of(RESOLVER_FILE)) do
    local word = gmatch(line, '%S+')
    local key = word()
    if key == 'nameserver' then
      servers[#servers + 1] = bracketed(word() or '127.0.0.1')
    elseif key == 'search' or key == 'domain' then
      domains = {}
      for domain in word do
        domains[#domains + 1] = domain
      end
    end
  end
  return servers, domains
end

local function by_dns(name, both)
  local servers, domains = resolver_settings()
  local full_names = { name }
  if not name:find('.', 1, true) then
    for _, domain in ipairs(domains) do
      table.insert(full_names, #full_names, name .. '.' .. domain)
    end
  end
  local addresses, err
  for _, full_name in ipairs(full_names) do
    addresses, err = resolver.ask(servers, full_name, both)
    if addresses then
      break
    end
  end
  for i, address in ipairs(addresses or {}) do
    addresses[i] = bracketed(address)
  end
  return addresses, err
end

local function look_up(name, before, both)
  local addresses, err = by_hosts_file(name, both), nil
  if not addresses then
    addresses, err = by_dns(name, both)
  end
  if addresses then
    return { addresses = addresses, turn = 0, asked = now(), ends = now() + FRESH_SECONDS,
      last = now() + STALE_SECONDS }
  end
  if not before or before.err ~= err then -- once, not every second
    log(WARN, 'the name ', name, ' has no address: ', err)
  end
  if before and before.addresses and before.last > now() then
    return { addresses = before.addresses, turn = 0, asked = now(), err = err,
      ends = now() + FAILED_SECONDS, last = before.last }
  end
  return { asked = now(), err = err, ends = now() + FAILED_SECONDS }
end

-- What is known of a name by now, or was at most so many seconds ago.
local function entry_of(name, both, max_age)
  local key = both and name .. ' both' or name
  local entry = known:get(key)
  if not entry or entry.ends <= now() or max_age and entry.asked + max_age <= now() then
    if entry and entry.addresses then
      entry.asked, entry.ends = now(), now() + FAILED_SECONDS -- others use the old one meanwhile
    end
    entry = look_up(name, entry, both)
    known:set(key, entry)
  end
  return entry
end

--- The name servers, as they are now.
function _M.servers()
  return (resolver_settings())
end

--- An address for a name, in turn if there are several, IPv6 only if there are no
-- others; nil if there is none. May wait for DNS.
function _M.resolve(name)
  local entry = entry_of(name)
  if not entry.addresses then
    return nil
  end
  entry.turn = entry.turn % #entry.addresses + 1
  return entry.addresses[entry.turn]
end

--- The first address of what may be one; nil and why if it has none. May wait for DNS.
function _M.first(host)
  if host:find '^%[' or host:find '^[%d.]+$' then
    return host
  end
  local entry = entry_of(lower(host), true)
  return entry.addresses and entry.addresses[1], 'no address of ' .. host .. ': ' .. (entry.err or '')
end

--- All addresses of a name, IPv4 before IPv6, as they were at most `max_age` seconds
-- ago; nil and why if there is none. May wait for DNS.
function _M.all(name, max_age)
  local entry = entry_of(name, true, max_age)
  return entry.addresses, entry.err
end

return _M
