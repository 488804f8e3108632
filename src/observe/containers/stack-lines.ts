import type { ContainerLine } from '../../model/container.ts';
import type { ListedLine } from './container-line.ts';
import type { Inspections } from './inspections.ts';

/** Completes the lines of an engine whose list does not tell how a container was started; see `createStackLines`. */
export interface StackLines {
  /** For a line always the identical object, once its inspection has told. */
  complete(line: ListedLine): ListedLine;
  /** Those that can be read, completed by the inspections that came within the patience. */
  readable(lines: readonly ListedLine[], patienceMs: number): Promise<readonly ContainerLine[]>;
}

/**
 * podman's list has no network mode, and of published ports that follow one another the first alone: inspections tell
 * them. One that shares another's network has no address of its own, whatever the list shows of the other's.
 */
export function createStackLines(inspections: Pick<Inspections, 'state' | 'settled'>): StackLines {
  const completed = new WeakMap<ContainerLine, ContainerLine>();
  const complete = (line: ListedLine): ListedLine => {
    if (!lacksMode(line)) return line;
    const known = completed.get(line);
    if (known !== undefined) return known;
    const state = inspections.state(line.id);
    if (state.kind !== 'known') return line;
    const { networkMode, bound } = state.inspection;
    const addresses = networkMode.startsWith('container:') ? [] : line.addresses;
    const whole = { ...line, networkMode, addresses, published: bound ?? line.published };
    completed.set(line, whole);
    return whole;
  };
  return {
    complete,
    async readable(lines, patienceMs) {
      // Before it is known whose network each has, an address may seem to be disputed.
      if (lines.some(lacksMode)) await inspections.settled(patienceMs);
      return lines.map(complete).filter((line): line is ContainerLine => !('kind' in line));
    },
  };
}

function lacksMode(line: ListedLine): line is ContainerLine {
  return !('kind' in line) && line.networkMode === '';
}
