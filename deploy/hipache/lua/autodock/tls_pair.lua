-- A certificate with its key, as OpenSSL reads them: what it is good for, and until when.

local ffi = require 'ffi'
local ssl = require 'ngx.ssl'

local C = ffi.C
local lower = string.lower

local _M = {}

ffi.cdef [[
void *OPENSSL_sk_value(const void *stack, int at);
int OPENSSL_sk_num(const void *stack);
void *X509_get_ext_d2i(const void *certificate, int extension, int *critical, int *at);
const void *X509_get0_notAfter(const void *certificate);
int X509_check_private_key(const void *certificate, const void *key);
void *GENERAL_NAME_get0_value(const void *name, int *kind);
void GENERAL_NAMES_free(void *names);
const unsigned char *ASN1_STRING_get0_data(const void *text);
int ASN1_STRING_length(const void *text);
int ASN1_TIME_diff(int *days, int *seconds, const void *from, const void *to);
void ERR_clear_error(void);
]]

local SUBJECT_ALT_NAME, DNS_NAME = 85, 2 -- NID_subject_alt_name, GEN_DNS
local DAY_SECONDS = 86400

-- The DNS names among its alternative names, in lower case.
local function names_of(certificate)
  local stack = C.X509_get_ext_d2i(certificate, SUBJECT_ALT_NAME, nil, nil)
  local names, kind = {}, ffi.new 'int[1]'
  if stack == nil then
    return names
  end
  for at = 0, C.OPENSSL_sk_num(stack) - 1 do
    local text = C.GENERAL_NAME_get0_value(C.OPENSSL_sk_value(stack, at), kind)
    if kind[0] == DNS_NAME then
      local length = C.ASN1_STRING_length(text)
      names[#names + 1] = lower(ffi.string(C.ASN1_STRING_get0_data(text), length))
    end
  end
  C.GENERAL_NAMES_free(stack)
  return names
end

local function expiry_of(certificate)
  local days, seconds = ffi.new 'int[1]', ffi.new 'int[1]'
  C.ASN1_TIME_diff(days, seconds, nil, C.X509_get0_notAfter(certificate))
  return ngx.time() + days[0] * DAY_SECONDS + seconds[0]
end

local function belongs(certificate, key)
  local yes = C.X509_check_private_key(certificate, key) == 1
  C.ERR_clear_error() -- of what was just looked at; nginx would take it for its own
  return yes
end

--- A pair by its two PEM texts: { certificate, key, names, expires }, where `names` are its
-- DNS names, wildcards among them, and `expires` is a time in seconds; nil and why.
function _M.read(certificate_text, key_text)
  local chain = ssl.parse_pem_cert(certificate_text)
  if not chain then
    return nil, 'it holds no certificate (PEM)'
  end
  local key = ssl.parse_pem_priv_key(key_text)
  if not key then
    return nil, 'its key is none (PEM, without a passphrase)'
  end
  local certificate = C.OPENSSL_sk_value(chain, 0)
  if not belongs(certificate, key) then
    return nil, 'its key belongs to another certificate'
  end
  return {
    certificate = chain, key = key,
    names = names_of(certificate), expires = expiry_of(certificate),
  }
end

return _M
