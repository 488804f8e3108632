/** Names of 2015 for the actions of containers. */
const CONTAINER_NAMES: ReadonlyMap<string, string> = new Map([
  ['attach', 'container_attached'],
  ['commit', 'container_committed'],
  ['create', 'container_created'],
  ['destroy', 'container_destroyed'],
  ['start', 'container_started'],
  ['stop', 'container_stopped'],
  ['kill', 'container_killed'],
  ['die', 'container_died'],
  ['export', 'container_exported'],
  ['pause', 'container_paused'],
  ['rename', 'container_renamed'],
  ['resize', 'container_resized'],
  ['restart', 'container_restarted'],
  ['unpause', 'container_unpaused'],
]);

/** Names of 2015 for the actions of images. */
const IMAGE_NAMES: ReadonlyMap<string, string> = new Map([
  ['untag', 'image_untagged'],
  ['delete', 'image_deleted'],
  ['pull', 'pull'],
]);

const MAX_LENGTH = 64;

/**
 * The name on the bus of an event of Docker. What 2015 did not know is `<type>_<action>` with the action's
 * first word and underscores for all but letters and digits: `container_health_status`, `image_import`.
 */
export function eventName(type: string, action: string): string {
  const [word = ''] = action.split(/[\s:]/, 1);
  const known = type === 'container' ? CONTAINER_NAMES : type === 'image' ? IMAGE_NAMES : null;
  const name = known?.get(word) ?? `${type}_${word}`.replaceAll(/[^A-Za-z0-9]/g, '_');
  return name.slice(0, MAX_LENGTH);
}
