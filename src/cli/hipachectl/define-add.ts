import type { Command } from 'commander';
import type { Invoke, Surroundings } from '../invoke.ts';

/** `hipachectl add ID HOST -i IP [-p PORT]`: a backend that no controller takes away. */
export function defineAdd(program: Command, invoke: Invoke): void {
  program
    .command('add')
    .description('add a backend to a virtual host')
    .argument('<id>', 'what a new host is called in logs; a host that exists keeps its own')
    .argument('<host>', 'host name, *.example.com or *')
    .option('-i, --ip <IP>', 'address of the backend, or a name')
    .option('-p, --port <PORT>', 'port of the backend (default: 80)')
    .action(
      (id: string, host: string, options: { ip?: string; port?: string }, command: Command) => {
        const addition = { port: '80', ...options, id, host };
        const body = async (surroundings: Surroundings) =>
          (await import('./add.ts')).add(addition, surroundings);
        return invoke(command, { logTo: 'stderr', body });
      },
    );
}
