import type { ControllerView } from '../../explain/controller.ts';
import type { OwnerView } from '../../explain/slots.ts';
import { escapeText } from '../../model/escape.ts';
import type { RejectionReason, Verdict } from '../../model/frontend.ts';
import type { Terminal, Tone } from './terminal.ts';

/** In characters: beyond every name and URL that works, and short enough for a screen. JSON has all of it. */
const LONGEST_SHOWN = 500;

/** Text from outside, harmless on a terminal. */
export function plain(text: string): string {
  return escapeText(text, LONGEST_SHOWN);
}

/** A name that somebody typed; one that is empty (a variable that is not set) can be seen. */
export function typed(name: string): string {
  return name.trim() === '' ? JSON.stringify(name) : plain(name);
}

/** Whose a backend is: an engine's name says more than its ID. */
export function ownerWord({ owner, ownerId, engine }: OwnerView): string {
  if (owner === 'foreign') return 'foreign';
  const name = plain(engine ?? ownerId ?? '');
  return owner === 'self' ? `self (${name})` : name;
}

/** A verdict in its colour. */
export function verdictWord(verdict: Verdict | RejectionReason, { paint }: Terminal): string {
  return paint(VERDICT_TONES[verdict] ?? 'bad', verdict);
}

const VERDICT_TONES: Readonly<Partial<Record<Verdict | RejectionReason, Tone>>> = {
  routed: 'good',
  silent: 'faint',
  unknown: 'warning',
  starting: 'warning',
  paused: 'warning',
  restarting: 'warning',
  stopping: 'warning',
  drained: 'warning',
  conflict: 'warning',
  'older-version': 'faint',
  disabled: 'faint',
  'one-off': 'faint',
};

/** `12 s`, `3 min`, `5 h`, `2 d`. */
export function durationText(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** Instead of how long ago a pass was, where that cannot be told. */
export const UNDATED = 'before Redis was started anew or its clock was set back';

/** One line that says whether a controller keeps these routes right. */
export function controllerLine(
  { owner, lastPassAgoMs, alive, undated, otherEngine, released }: ControllerView,
  { paint }: Terminal,
): string {
  if (alive === null && !undated) {
    return paint('warning', 'Whether the controller is at work cannot be seen now.');
  }
  const whose = `owner ${plain(owner ?? '')}`;
  if (lastPassAgoMs === null && !undated) {
    return paint('bad', `No controller has passed yet (${whose}): start it (autodock run).`);
  }
  const ago = lastPassAgoMs === null ? UNDATED : `${durationText(lastPassAgoMs)} ago`;
  if (released) {
    return paint(
      'bad',
      `autodock release withdrew this ${whose} ${ago}, and no controller has passed since: start it, or release again what is left.`,
    );
  }
  if (otherEngine !== null) {
    const engine = `${plain(otherEngine.name ?? '')} (${plain(otherEngine.id)})`;
    return paint(
      'bad',
      `Another engine, ${engine}, passed under this ${whose} ${ago}: give each its own AUTODOCK_OWNER.`,
    );
  }
  return alive === true
    ? `The controller passed ${ago} (${whose}).`
    : paint(
        undated ? 'warning' : 'bad',
        `The controller passed ${ago} (${whose}) and not since: start it, or see in its log what fails.`,
      );
}
