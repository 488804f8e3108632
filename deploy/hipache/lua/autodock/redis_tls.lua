-- TLS to Redis: the handshake, and words for what goes wrong in it.
--
-- nginx itself has the files: lua_ssl_trusted_certificate, lua_ssl_certificate and
-- lua_ssl_certificate_key. It compares names alone, not the addresses that a certificate
-- may hold, hence FRONT_REDIS_TLS_NAME.

local settings = require 'autodock.settings'

local find = string.find

local _M = {}

local meant = {} -- the words that were made here; as few as there are causes and names

-- What the beginning of its words means, if that is known; `name` is what was asked for.
local function meaning(err, name)
  if find(err, 'expired', 1, true) then
    return 'its certificate is over: renew it'
  elseif find(err, 'not yet valid', 1, true) then
    return 'its certificate is not valid yet: look at the clocks'
  elseif find(err, 'host mismatch', 1, true) then
    return 'its certificate is for another name than ' .. name .. ': write one that it holds into FRONT_REDIS_TLS_NAME'
  elseif find(err, '^%d+: ') then
    return 'its certificate is of a CA that is not trusted (' .. err .. '): name its CA in FRONT_REDIS_TLS_CA'
  elseif find(err, 'handshake failed', 1, true) then
    return 'it does not speak TLS at this port, or refuses the client certificate (FRONT_REDIS_TLS_CERT)'
  elseif find(err, 'timeout', 1, true) then
    return 'timeout of the TLS handshake: if this port is one without TLS, write redis:// into FRONT_REDIS'
  end
end

local function told(words)
  meant[words] = true
  return words
end

--- Whether these words tell what goes on until somebody mends it.
function _M.is_to_be_mended(words)
  return meant[words] == true
end

--- Makes a new connection one of TLS, if the settings ask for it: true, or nil and why not.
-- @param host where it leads
function _M.secure(sock, host)
  if not settings.redis_tls then
    return true
  end
  local name = settings.redis_tls_name ~= '' and settings.redis_tls_name or host
  -- With `false` in place of `nil`, a certificate that is refused can come back as true, and the
  -- connection as closed.
  local session, err = sock:sslhandshake(nil, name, true)
  if not session and err then
    local words = meaning(err, name)
    return nil, words and told(words) or err
  end
  return true
end

--- Why a connection ended before Redis said its first word: since TLS 1.3 a server tells only
-- then that it wanted a certificate.
function _M.first_word_failed(err)
  if not settings.redis_tls or err == 'timeout' then
    return err
  elseif settings.redis_tls_shown then
    return told 'it refuses the client certificate (FRONT_REDIS_TLS_CERT)'
  end
  return told 'it hangs up after the TLS handshake: if it wants a client certificate, set FRONT_REDIS_TLS_CERT and FRONT_REDIS_TLS_KEY'
end

return _M
