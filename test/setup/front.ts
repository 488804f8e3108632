import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Brings the programs of the front's image here once, before fronts that are waited for all need them. */
export default function setup(): void {
  execFileSync(fileURLToPath(new URL('front.sh', import.meta.url)), {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
