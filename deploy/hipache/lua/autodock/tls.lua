-- The certificate for a handshake, by the name that the client asks for.
--
-- Exact names come before wildcards, the folder before Redis. A name that has
-- no certificate gets none: the handshake fails with an alert, as it should.

local folder = require 'autodock.tls_folder'
local hashes = require 'autodock.tls_hashes'
local ssl = require 'ngx.ssl'

local find, gsub, lower, match = string.find, string.gsub, string.lower, string.match
local log, WARN = ngx.log, ngx.WARN

local _M = {}

local MAX_LENGTH = 253

-- A wildcard stands for one label, as in certificates.
local function names_for(server_name)
  local name = gsub(lower(server_name), '%.$', '')
  if #name > MAX_LENGTH or not find(name, '^[%w_][%w._-]*$') then
    return nil
  end
  local rest = match(name, '%..+$')
  return name, rest and '*' .. rest
end

-- Pairs that may be presented for a name, the best one first.
local function pairs_for(exact, wildcard)
  local own = folder.get(exact)
  if own then
    return { own }
  end
  local stored = hashes.get(exact, wildcard)
  local found = {}
  found[#found + 1] = stored[1]
  found[#found + 1] = wildcard and folder.get(wildcard)
  found[#found + 1] = stored[2]
  return found
end

local function present(pair)
  local ok, err = ssl.set_cert(pair.certificate)
  if ok then
    ok, err = ssl.set_priv_key(pair.key)
  end
  return ok, err
end

--- Whether a certificate would be presented for a name. May wait for Redis.
function _M.has_certificate(server_name)
  local exact, wildcard = names_for(server_name)
  return exact ~= nil and #pairs_for(exact, wildcard) > 0
end

--- Certificate phase: hands nginx a certificate and its key, or nothing.
function _M.handshake()
  ssl.clear_certs()
  local server_name = ssl.server_name()
  local exact, wildcard = nil, nil
  if server_name then
    exact, wildcard = names_for(server_name)
  end
  if not exact then
    return
  end
  for _, pair in ipairs(pairs_for(exact, wildcard)) do
    local ok, err = present(pair)
    if ok then
      return
    end
    log(WARN, 'the certificate of ', pair.name, ' cannot be used: ', err)
    ssl.clear_certs()
  end
end

return _M
