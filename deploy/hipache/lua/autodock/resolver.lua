-- DNS, by the library that Debian calls nginx.dns and OpenResty resty.dns.

local found, dns = pcall(require, 'resty.dns.resolver')
if not found then
  dns = require 'nginx.dns.resolver'
end

local _M = {}

local OPTIONS = { retrans = 2, timeout = 1500 }

local function addresses_in(answers)
  local addresses = {}
  for _, answer in ipairs(answers) do
    addresses[#addresses + 1] = answer.address -- not there in a CNAME
  end
  return #addresses > 0 and addresses or nil
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
  return addresses_in(answers), 'no address in the answer'
end

--- The addresses of a name, IPv4 before IPv6; nil and why not.
function _M.ask(servers, name)
  if #servers == 0 then
    return nil, 'no nameserver in /etc/resolv.conf'
  end
  local addresses, err = query(servers, name, dns.TYPE_A)
  if addresses then
    return addresses
  end
  addresses = query(servers, name, dns.TYPE_AAAA)
  return addresses, err
end

return _M
