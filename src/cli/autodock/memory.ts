import { setFlagsFromString } from 'node:v8';

/** From this version of Node on V8 has a mode that prefers little memory to little processor time. */
const SAVER_SINCE_NODE = 24;

/**
 * Keeps the heap small. By default V8 lets a heap double before it collects, and a pass over many
 * containers leaves much garbage: at 10,000 containers this is the difference between 400 MB and less than
 * half of it. Half as much growth would save 10 MB more, for a third more processor time. Unlike a limit it
 * can never end the process.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=40');
  const [major] = process.versions.node.split('.').map(Number);
  const isNew = major !== undefined && major >= SAVER_SINCE_NODE;
  setFlagsFromString(isNew ? '--memory-saver-mode' : '--semi-space-growth-factor=1');
}
