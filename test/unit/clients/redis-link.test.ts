import { expect, test } from 'vitest';
import { unfitMode } from '../../../src/clients/redis-link.ts';

test.for([
  ['a Redis', 'redis_version:7.0.15\r\nredis_mode:standalone\r\ncluster_enabled:0', null],
  ['a Redis that may not be asked', '', null],
  ['a Valkey', 'redis_version:7.2.4\r\nserver_name:valkey\r\nserver_mode:standalone', null],
  ['a Cluster', 'redis_mode:cluster\r\nrole:master\r\ncluster_enabled:1', 'cluster_enabled'],
  ['a Sentinel of Redis', 'redis_version:7.0.15\r\nredis_mode:sentinel', 'redis_mode:sentinel'],
  ['a Sentinel of Valkey', 'server_name:valkey\r\nserver_mode:sentinel', 'redis_mode:sentinel'],
] as const)('by what INFO says of it: %s', ([, info, mode]) => {
  expect(unfitMode(info)).toBe(mode);
});
