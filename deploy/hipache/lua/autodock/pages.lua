-- The pages that this front answers by itself.
--
-- `<status>.html`, else `default.html`, from the operator's folder; what is
-- missing there comes from the folder shipped beside this file. A changed file
-- is seen a few seconds later, without a restart.

local settings = require 'autodock.settings'

local _M = {}

local FRESH_SECONDS = 2

local OWN = {
  bad_host = 400, unknown = 404, off = 503, held = 503, unproven = 503, loop = 508,
  broken = 502, away = 502, dead = 502,
}
local HIPACHE = {
  bad_host = 400, unknown = 400, off = 503, held = 502, unproven = 502, loop = 508,
  broken = 502, away = 502, dead = 502,
}
local STATUS = settings.statuses == 'hipache' and HIPACHE or OWN

-- What may be there soon.
local COMES_BACK = { [502] = true, [503] = true }

local function read_file(path)
  local file = io.open(path, 'rb')
  if not file then
    return nil
  end
  local text = file:read('*a')
  file:close()
  return text
end

-- The page of a host that was taken off, with what somebody wrote in the place of TEXT.
local OFF, TEXT = 'off', '{{text}}'

local function read_page(name)
  local files = name == OFF and { name } or { name, 'default' } -- the default has no place for a text
  for _, folder in ipairs { settings.pages, settings.shipped_pages } do
    for _, file in ipairs(files) do
      local page = read_file(folder .. '/' .. file .. '.html')
      if page then
        return page
      end
    end
  end
  error('no page for ' .. name .. ' in ' .. settings.shipped_pages)
end

local read = {} -- by name: { text, ends }

local function page(name)
  local known = read[name]
  if not known or known.ends <= ngx.now() then
    known = { text = read_page(name), ends = ngx.now() + FRESH_SECONDS }
    read[name] = known
  end
  return known.text
end

local ESCAPES = { ['&'] = '&amp;', ['<'] = '&lt;', ['>'] = '&gt;', ['"'] = '&quot;', ["'"] = '&#39;' }

-- Its pieces are put together by hand, as `%` in what somebody wrote means nothing.
local function with_text(html, text)
  local from, to = html:find(TEXT, 1, true)
  if not from then
    return html
  end
  return html:sub(1, from - 1) .. text:gsub('[&<>"\']', ESCAPES) .. html:sub(to + 1)
end

-- After bytes other than HTTP, nginx takes HTTP/1 for HTTP/0.9 and leaves the head out.
local function with_head(text)
  local lines = { 'HTTP/1.1 ' .. ngx.status .. ' Bad Gateway', 'connection: close' }
  for name, value in pairs(ngx.resp.get_headers()) do
    if name ~= 'connection' then
      lines[#lines + 1] = name .. ': ' .. value
    end
  end
  return table.concat(lines, '\r\n') .. '\r\n\r\n' .. text
end

-- Printed rather than left to ngx.exit(status), which for some statuses closes
-- the client's connection. HTTP/2 has no body to get out of the way, and what
-- could not be read has no version.
local function answer(status, name, headless, written)
  if (ngx.req.http_version() or 0) < 2 then
    ngx.req.discard_body()
  end
  local text = with_text(page(name), written or '')
  local header = ngx.header
  ngx.status = status
  header['Content-Type'] = 'text/html; charset=utf-8'
  header['Content-Length'] = #text
  header['Cache-Control'] = 'no-store'
  if COMES_BACK[status] then
    header['Retry-After'] = settings.retry_after
  end
  ngx.print(headless and with_head(text) or text)
  return ngx.exit(ngx.HTTP_OK)
end

--- Answers a request that is not passed on, and ends it. The page is that of
-- our own status, whichever is sent.
-- @param text what somebody wrote for a host that is `off`
function _M.refuse(kind, text)
  return answer(STATUS[kind], kind == OFF and OFF or OWN[kind], false, text)
end

--- Answers for a failure that nginx found.
-- @param refused the head of the backend's answer was (head.lua)
function _M.explain(status, refused)
  return answer(status, status, refused and ngx.req.http_version() == 0.9 and ngx.var.http2 == '')
end

return _M
