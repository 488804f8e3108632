-- DNS, by the library that Debian calls nginx.dns and OpenResty resty.dns.

local found, dns = pcall(require, 'resty.dns.resolver')
if not found then
  dns = require 'nginx.dns.resolver'
end

local _M = {}

local OPTIONS = { retrans = 2, timeout = 1500 }

local function values_in(answers)
  local values = {}
  for _, answer in ipairs(answers) do
    values[#values + 1] = answer.address or answer.ptrdname -- neither is there in a CNAME
  end
  return #values > 0 and values or nil
end

local function query(servers, name, kind)
  local asking, err = dns:new {
    nameservers = servers, retrans = OPTIONS.retrans, timeout = OPTIONS.timeout,
  }
  if not asking then
    return nil, err
  end
  local answers
  answers, err = asking:query(name, { qtype = kind })
  if not answers then
    return nil, err
  elseif answers.errcode then
    return nil, answers.errstr
  end
  return values_in(answers), 'no address in the answer'
end

--- The IPv4 addresses of a name; if it has none, or `both` are wanted, the IPv6 ones
-- behind them. nil and why if there is no address.
function _M.ask(servers, name, both)
  if #servers == 0 then
    return nil, 'no nameserver in /etc/resolv.conf'
  end
  local addresses, err = query(servers, name, dns.TYPE_A)
  if addresses and not both then
    return addresses
  end
  addresses = addresses or {}
  for _, address in ipairs(query(servers, name, dns.TYPE_AAAA) or {}) do
    addresses[#addresses + 1] = address
  end
  return #addresses > 0 and addresses or nil, err
end

--- The name of an IPv4 address; nil and why if it has none.
function _M.name_of(servers, address)
  local a, b, c, d = address:match '^(%d+)%.(%d+)%.(%d+)%.(%d+)$'
  if not a or #servers == 0 then
    return nil, 'nobody to ask'
  end
  local pointers, err = query(servers, table.concat({ d, c, b, a, 'in-addr.arpa' }, '.'), dns.TYPE_PTR)
  return pointers and pointers[1], err
end

return _M
