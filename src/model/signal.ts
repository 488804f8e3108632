/** The signal that no process can refuse. */
export const SIGKILL = 9;
/** What an engine sends to stop a container that names no signal of its own. */
export const SIGTERM = 15;

/** Linux, as engines number them on x86 and ARM. */
const NUMBERS: ReadonlyMap<string, number> = new Map(
  [
    ...['HUP', 'INT', 'QUIT', 'ILL', 'TRAP', 'ABRT', 'BUS', 'FPE', 'KILL', 'USR1', 'SEGV', 'USR2'],
    ...['PIPE', 'ALRM', 'TERM', 'STKFLT', 'CHLD', 'CONT', 'STOP', 'TSTP', 'TTIN', 'TTOU', 'URG'],
    ...['XCPU', 'XFSZ', 'VTALRM', 'PROF', 'WINCH', 'IO', 'PWR', 'SYS'],
  ].map((name, index) => [name, index + 1]),
);
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['IOT', 'ABRT'],
  ['CLD', 'CHLD'],
  ['POLL', 'IO'],
]);
/** The real-time signals that the C library leaves to programs. */
const REAL_TIME = { min: 34, max: 64 } as const;

/**
 * The number of a signal, written as engines take it: a number, or a name with or without `SIG`, also `RTMIN+1` and
 * `RTMAX-1`, in any case.
 *
 * @returns null: it is not a signal
 */
export function parseSignal(text: string): number | null {
  if (/^\d{1,2}$/.test(text)) return within(Number(text), 1);
  const name = text.toUpperCase().replace(/^SIG/, '');
  const [, from, distance = '0'] =
    /^(RTMIN(?=$|\+)|RTMAX(?=$|-))(?:[+-](\d{1,2}))?$/.exec(name) ?? [];
  if (from === 'RTMIN') return within(REAL_TIME.min + Number(distance), REAL_TIME.min);
  if (from === 'RTMAX') return within(REAL_TIME.max - Number(distance), REAL_TIME.min);
  return NUMBERS.get(ALIASES.get(name) ?? name) ?? null;
}

function within(number: number, least: number): number | null {
  return number >= least && number <= REAL_TIME.max ? number : null;
}
