import type { Controller } from '../../daemon/controller.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Surroundings } from '../invoke.ts';
import { keepHeapSmall } from './memory.ts';
import { stopSignal } from './stop-signal.ts';

/** A stop ends within 5 s, whatever hangs: this long for the controller, the rest for the process. */
const STOP_LIMIT_MS = 4_500;

/** Runs the controller until a signal or a fatal error. */
export async function run({
  config,
  logger,
  lostLines,
  version,
  sources,
}: Surroundings): Promise<ExitCode> {
  // A signal that comes while the controller is loaded counts, too.
  const signalled = stopSignal();
  const { createController } = await import('../../daemon/controller.ts');
  keepHeapSmall();
  const controller = createController({ config, log: logger, lostLines, version, sources });
  const end = await Promise.race([signalled, controller.fatal, failureOf(controller.start())]);
  if (end instanceof Error) {
    logger.fatal({ err: end }, 'Ends');
    await stop(controller);
    throw end;
  }
  logger.info({ signal: end }, 'Stopping');
  if (!(await stop(controller))) logger.warn({ limitMs: STOP_LIMIT_MS }, 'Stopped unfinished');
  return 0;
}

/** Resolves with why the start failed, and else never. */
function failureOf(started: Promise<void>): Promise<Error> {
  return started.then(
    () => new Promise<never>(() => undefined),
    (thrown: unknown) => (thrown instanceof Error ? thrown : new Error(String(thrown))),
  );
}

/** Whether it stopped in time. The process ends in any case: what is under way is safe to repeat. */
async function stop(controller: Controller): Promise<boolean> {
  const { promise: late, cancel } = timeout(STOP_LIMIT_MS);
  const inTime = await Promise.race([controller.stop().then(() => true), late]);
  cancel();
  return inTime;
}

function timeout(ms: number): { readonly promise: Promise<false>; readonly cancel: () => void } {
  let cancel: () => void = () => undefined;
  const promise = new Promise<false>((resolve) => {
    const timer = setTimeout(resolve, ms, false);
    cancel = () => clearTimeout(timer);
  });
  return { promise, cancel };
}
