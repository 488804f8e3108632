-- The pages that this front answers by itself, read once at the start.
--
-- `<status>.html`, else `default.html`, from the operator's folder; what is
-- missing there comes from the folder shipped beside this file.

local settings = require 'autodock.settings'

local _M = {}

local STATUSES = { 400, 404, 500, 502, 503, 504, 508 }

local function read_file(path)
  local file = io.open(path, 'rb')
  if not file then
    return nil
  end
  local text = file:read('*a')
  file:close()
  return text
end

local function read_page(status)
  for _, folder in ipairs { settings.pages, settings.shipped_pages } do
    for _, name in ipairs { status, 'default' } do
      local page = read_file(folder .. '/' .. name .. '.html')
      if page then
        return page
      end
    end
  end
  error('no page for ' .. status .. ' in ' .. settings.shipped_pages)
end

local pages = {}
for _, status in ipairs(STATUSES) do
  pages[status] = read_page(status)
end

--- Answers the request with the page for a status and ends it.
-- Printed rather than left to ngx.exit(status), which for some statuses closes
-- the client's connection.
function _M.answer(status)
  local page = pages[status] or pages[500]
  ngx.req.discard_body()
  ngx.status = status
  ngx.header['Content-Type'] = 'text/html; charset=utf-8'
  ngx.header['Content-Length'] = #page
  ngx.header['Cache-Control'] = 'no-store'
  if status == 503 then
    ngx.header['Retry-After'] = settings.retry_after
  end
  ngx.print(page)
  return ngx.exit(ngx.HTTP_OK)
end

return _M
