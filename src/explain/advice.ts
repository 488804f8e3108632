import { remediesFor } from '../desire/remedies.ts';
import type { Rejection } from '../model/frontend.ts';
import { CONTAINER } from '../model/workload.ts';
import type { AskingView } from './asking.ts';
import type { ControllerView } from './controller.ts';
import type { HostReading } from './host-name.ts';
import type { FoundHost, StatusView } from './host-status.ts';
import type { LogsOf } from './logs.ts';
import { shellQuote } from './shell-quote.ts';

/** What advice on a host rests on. */
export interface Circumstances {
  readonly reading: HostReading;
  readonly status: StatusView;
  /** null: no frontend answers. */
  readonly found: FoundHost | null;
  readonly asked: readonly AskingView[];
  /** Who wrote the host where nobody looks for it. */
  readonly nearMisses: readonly string[];
  /** The `dead:` key of the host holds no set. */
  readonly hasUnusableMarks: boolean;
  readonly isDockerSeen: boolean;
  readonly controller: ControllerView;
  readonly keyPrefix: string;
  /** Where something that runs says what it does, by its name. */
  readonly logsOf: LogsOf;
}

/** What to do about a host, one sentence or two each; empty where all is well. */
export function adviseOnHost(seen: Circumstances): readonly string[] {
  const { reading, found, status } = seen;
  if (reading.kind === 'bad') return [reading.remedy];
  if (reading.kind === 'front') return [];
  if (status.code === null) {
    return [
      'Bring Redis back. Nothing is changed meanwhile, and the routes come back by themselves.',
    ];
  }
  const advice = found === null ? onNothing(seen, reading.host) : onFrontend(seen, found);
  // Whoever wrote the host where nobody looks most likely meant to ask for it, whatever answers instead.
  const isAsked = seen.asked.some(({ routes, rejections }) =>
    [...routes, ...rejections].some(({ vhost }) => vhost === reading.host),
  );
  const nearMisses = isAsked ? [] : seen.nearMisses;
  return [...new Set([...nearMisses, ...advice, ...onKeys(seen)])];
}

/** What to do about a route that is granted and not in Redis. */
export function adviseOnUnwritten(controller: ControllerView): string {
  const { owner, alive, lastPassAgoMs, undated, otherEngine, released } = controller;
  if (otherEngine !== null) {
    return `Give each engine an owner of its own (AUTODOCK_OWNER): ${otherEngine.name ?? otherEngine.id} passes under the owner of this one.`;
  }
  if (released) {
    return `Start the controller: autodock release withdrew what owner ${owner ?? ''} had, and none has passed since.`;
  }
  if (alive === true) {
    return 'The controller runs: its next pass writes it, within seconds. If not, its log says what hinders.';
  }
  if (undated) {
    return 'Start the controller if it does not run: it has not passed since Redis was started anew or its clock was set back.';
  }
  if (alive === null) return 'Bring Redis back: the next pass of the controller writes it then.';
  return lastPassAgoMs === null
    ? `Start the controller: none has passed yet as owner ${owner ?? ''}.`
    : 'Start the controller, or see in its log what fails: it has not passed for a while.';
}

function onNothing(seen: Circumstances, host: string): readonly string[] {
  if (seen.asked.length > 0) return onAsking(seen);
  if (seen.nearMisses.length > 0) return [];
  return seen.isDockerSeen
    ? [remediesFor({ noun: CONTAINER }).ask(host)]
    : ['Bring the engine back: who asks for this host cannot be seen without it.'];
}

function onFrontend(seen: Circumstances, found: FoundHost): readonly string[] {
  const { keyPrefix, reading } = seen;
  const { vhost, state, slots, lapseMs } = found;
  switch (state) {
    case 'wrong-type':
      return [
        `Delete the key: redis-cli DEL ${shellQuote(`${keyPrefix}frontend:${vhost}`)}. The next pass writes anew what containers ask for.`,
      ];
    case 'empty':
      return [
        ...onAsking(seen),
        `Delete the empty list: hipachectl delete ID ${shellQuote(vhost)} --all`,
      ];
    case 'held':
      return onHeld(seen);
    case 'too-long':
      return [`Shorten it: autodock leaves lists of more than 10,000 entries alone.`];
    default:
  }
  if (slots.some(({ dead, usable }) => usable && !dead)) return onAsking(seen);
  if (slots.every(({ usable }) => !usable)) {
    return [
      ...onAsking(seen),
      `Delete these entries: hipachectl delete ID ${shellQuote(vhost)} --all`,
    ];
  }
  return lapseMs === null
    ? [
        onDead(seen),
        `Take the marks away: redis-cli DEL ${shellQuote(`${keyPrefix}dead:${reading.host}`)}`,
      ]
    : [onDead(seen)];
}

/** By name, what each container is to do, or the controller for it. */
function onAsking(seen: Circumstances): readonly string[] {
  const isMissing = seen.asked.some(({ routes }) => routes.some((one) => one.written === false));
  return [...(isMissing ? [adviseOnUnwritten(seen.controller)] : []), ...rejectionsOf(seen)];
}

function rejectionsOf({ asked }: Circumstances): readonly string[] {
  return asked.flatMap(({ name, rejections }) =>
    rejections.map(({ remedy }: Rejection) => `${name}: ${remedy}`),
  );
}

function onHeld(seen: Circumstances): readonly string[] {
  if (seen.asked.length > 0) return onAsking(seen);
  if (seen.nearMisses.length > 0) return [];
  return seen.controller.alive === false
    ? ['The hold ends with the next pass, and no controller of this engine runs: start it.']
    : [
        'Its last container stopped: start it again. Without one this host answers 404 in some seconds.',
      ];
}

function onDead({ found, logsOf }: Circumstances): string {
  const names = new Set(found?.slots.flatMap((slot) => slot.names));
  const logs = [...names].map(logsOf).join('; ');
  return `See why nothing answered there a moment ago${logs === '' ? '' : `: ${logs}`}. The application has to listen on that port, on 0.0.0.0.`;
}

/** Keys that keep the fronts or the controller from their work. */
function onKeys({ found, reading, hasUnusableMarks, keyPrefix }: Circumstances): readonly string[] {
  const malformed = [...(found?.frontend.claims ?? [])].filter(
    ([, claim]) => claim === 'malformed',
  );
  return [
    ...(hasUnusableMarks
      ? [
          `Delete a key that is not a set, so that backends can be marked dead: redis-cli DEL ${shellQuote(`${keyPrefix}dead:${reading.host}`)}`,
        ]
      : []),
    ...malformed.map(
      ([owner]) =>
        `Delete a claim that is malformed; autodock leaves this host alone until then: redis-cli HDEL ${shellQuote(`${keyPrefix}autodock:owner:${owner}`)} ${shellQuote(found?.vhost ?? '')}`,
    ),
  ];
}
