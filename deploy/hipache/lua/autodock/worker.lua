-- What each worker begins with.

local balance = require 'autodock.balance'
local boot = require 'autodock.boot'
local cache = require 'autodock.cache'
local connections = require 'autodock.connections'
local counters = require 'autodock.counters'
local failures = require 'autodock.failures'
local learn = require 'autodock.learn'
local leaving = require 'autodock.leaving'
local link = require 'autodock.link'
local off = require 'autodock.off'
local presence = require 'autodock.presence'
local redis = require 'autodock.redis'
local rooms = require 'autodock.rooms'
local sentinels = require 'autodock.sentinels'
local silence = require 'autodock.silence'
local streams = require 'autodock.streams'
local tls_folder = require 'autodock.tls_folder'
local tracking = require 'autodock.tracking'
local unheard = require 'autodock.unheard'

local _M = {}

function _M.start()
  balance.seed()
  counters.start()
  connections.start()
  rooms.start()
  presence.start()
  sentinels.start()
  redis.start()
  boot.start()
  link.start()
  failures.start()
  silence.start()
  streams.start()
  tls_folder.watch()
  unheard.watch(cache.void)
  off.start(cache.listens, cache.forget_all)
  tracking.start()
  learn.start()
  leaving.start()
end

return _M
