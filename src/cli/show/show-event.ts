import type {
  Connected,
  Disconnected,
  DockerEvent,
  Loss,
  PluginEvent,
  Reconciled,
  RouteEvent,
  Snapshot,
} from '../../plugin/connect.ts';
import { eventTime } from './event-time.ts';
import type { Terminal, Tone } from './terminal.ts';
import { plain } from './words.ts';

/** An event for a person, before colours. */
interface Line {
  readonly tone: Tone;
  readonly words: readonly string[];
}

const NAME_WIDTH = 23;
const SHORT_ID_LENGTH = 12;
const MS_PER_MINUTE = 60_000;

const TONES: Readonly<Record<string, Tone>> = {
  container_started: 'good',
  container_unpaused: 'good',
  container_died: 'bad',
  container_killed: 'bad',
  container_paused: 'warning',
};

/**
 * One line for people: when, what, and of what. Names are escaped before colours come in.
 *
 * @param now milliseconds since 1970
 */
export function showEvent(event: PluginEvent, now: number, { paint }: Terminal): string {
  const { tone, words } = lineOf(event);
  const time = paint('faint', localTime(eventTime(event, now)));
  const name = paint(tone, plain(event.name).padEnd(NAME_WIDTH));
  const text = words
    .filter((word) => word !== '')
    .map(plain)
    .join('  ');
  return `${time} ${name} ${text}`.trimEnd();
}

function lineOf(event: PluginEvent): Line {
  switch (event.kind) {
    case 'docker':
      return { tone: TONES[event.name] ?? 'strong', words: dockerWords(event) };
    case 'route':
      return { tone: event.name === 'route_added' ? 'good' : 'bad', words: routeWords(event) };
    case 'reconciled':
      return { tone: 'faint', words: reconciledWords(event.kwargs) };
    case 'other':
      return { tone: 'strong', words: [JSON.stringify(event.kwargs)] };
    case 'connected':
      return { tone: 'good', words: connectedWords(event) };
    case 'disconnected':
      return { tone: 'warning', words: [GONE[event.cause]] };
    case 'loss':
      return { tone: 'warning', words: lossWords(event) };
    case 'snapshot':
      return { tone: 'faint', words: snapshotWords(event) };
    case 'problem':
      return { tone: 'bad', words: [event.problem] };
  }
}

/** `hello  my-image  0123456789ab  exit code 137`. */
function dockerWords({ kwargs }: DockerEvent): readonly string[] {
  const { Actor, Action = '', from, id = '' } = kwargs;
  const { name = '', image = from ?? '', exitCode, signal, container } = Actor?.Attributes ?? {};
  const detail = /(?<=^[a-z_]+:? ).*/s.exec(Action)?.[0] ?? '';
  return [
    name,
    image === name ? '' : image,
    shortId(Actor?.ID ?? id),
    detail,
    exitCode === undefined ? '' : `exit code ${exitCode}`,
    signal === undefined ? '' : `signal ${signal}`,
    container === undefined ? '' : `container ${shortId(container)}`,
  ];
}

/** Ids are hexadecimal; a volume or an image may have a name in their place. */
function shortId(id: string): string {
  const hex = id.replace(/^sha256:/, '');
  return /^[0-9a-f]{64}$/.test(hex) ? hex.slice(0, SHORT_ID_LENGTH) : id;
}

function routeWords({ kwargs: { vhost, url, container }, via }: RouteEvent): readonly string[] {
  return [`${vhost} → ${url}`, container, via === 'snapshot' ? '(seen in a snapshot)' : ''];
}

function reconciledWords({ result, changes, durationMs, triggers }: Reconciled): readonly string[] {
  const count = `${changes} change${changes === 1 ? '' : 's'}`;
  return [result, `${count} in ${durationMs} ms`, `(${triggers.join(', ')})`];
}

function connectedWords({ version, endpoint, restarted }: Connected): readonly string[] {
  const again = restarted ? 'which was started anew' : '';
  return [`to autodock ${version ?? ''} at ${endpoint}${again && `, ${again}`}`];
}

const GONE = {
  bye: 'autodock has stopped; waiting for it',
  refused: 'nobody listens where autodock was; waiting for it',
  silence: 'autodock does not answer; waiting for it',
} as const satisfies Record<Disconnected['cause'], string>;

function lossWords({ cause, missed }: Loss): readonly string[] {
  if (missed === null) return [`events may be missing: ${LOST[cause]}`];
  const [events, were, they] = missed === 1 ? ['event', 'was', 'it'] : ['events', 'were', 'they'];
  return cause === 'gap'
    ? [`${missed} ${events} ${were} lost on the way`]
    : [`${missed} ${events} ${were} dropped: ${they} could not be written fast enough`];
}

const LOST = {
  restart: 'autodock was started anew',
  disconnected: 'the connection was lost',
} as const;

function snapshotWords({ routes, containers }: Snapshot): readonly string[] {
  return [`${routes.length} vhosts, ${containers.length} containers`];
}

/** `2026-07-29 16:26:31.123`, in the time zone of the reader, as in the daemon's log. */
function localTime(ms: number): string {
  const shifted = new Date(ms - new Date(ms).getTimezoneOffset() * MS_PER_MINUTE);
  return shifted.toISOString().slice(0, -1).replace('T', ' ');
}
