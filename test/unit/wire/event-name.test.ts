import { expect, test } from 'vitest';
import { eventName } from '../../../src/wire/event-name.ts';

test.each([
  ['container', 'attach', 'container_attached'],
  ['container', 'commit', 'container_committed'],
  ['container', 'create', 'container_created'],
  ['container', 'destroy', 'container_destroyed'],
  ['container', 'start', 'container_started'],
  ['container', 'stop', 'container_stopped'],
  ['container', 'kill', 'container_killed'],
  ['container', 'die', 'container_died'],
  ['container', 'export', 'container_exported'],
  ['container', 'pause', 'container_paused'],
  ['container', 'rename', 'container_renamed'],
  ['container', 'resize', 'container_resized'],
  ['container', 'restart', 'container_restarted'],
  ['container', 'unpause', 'container_unpaused'],
  ['image', 'untag', 'image_untagged'],
  ['image', 'delete', 'image_deleted'],
  ['image', 'pull', 'pull'],
  ['container', 'health_status: healthy', 'container_health_status'],
  ['container', 'exec_create: /bin/sh -c true', 'container_exec_create'],
  ['container', 'archive-path', 'container_archive_path'],
  ['container', 'oom', 'container_oom'],
  ['image', 'import', 'image_import'],
  ['image', 'create', 'image_create'],
  ['plugin', 'pull', 'plugin_pull'],
  ['network', 'connect', 'network_connect'],
  ['network', 'create', 'network_create'],
  ['volume', 'mount', 'volume_mount'],
  ['daemon', 'reload', 'daemon_reload'],
  ['__proto__', 'constructor', '__proto___constructor'],
  ['container', 'toString', 'container_toString'],
  ['container', `x${'y'.repeat(100)}`, `container_x${'y'.repeat(53)}`],
])('%s %s is %s', (type, action, name) => {
  expect(eventName(type, action)).toBe(name);
});
