const STOPPING = ['SIGTERM', 'SIGINT'] as const;

/**
 * Resolves at the first SIGTERM or SIGINT. At the second the process ends at once, with exit code 1,
 * as it was not left to finish.
 */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const onFirst = (signal: NodeJS.Signals) => {
      for (const name of STOPPING) process.removeListener(name, onFirst).on(name, exitAtOnce);
      resolve(signal);
    };
    for (const name of STOPPING) process.on(name, onFirst);
  });
}

function exitAtOnce(): never {
  process.exit(1);
}
