import type { QuietLog } from './quiet-log.ts';

/** Makes a step of the bus that does not throw: what goes wrong is logged, and costs no route and no pass. */
export function harmless<Given extends readonly unknown[]>(
  { say }: QuietLog,
  step: (...given: Given) => void,
): (...given: Given) => void {
  return (...given) => {
    try {
      step(...given);
    } catch (error) {
      say('error', { err: error }, 'Plugin bus failed at a step');
    }
  };
}
