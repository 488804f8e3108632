import { addressOf } from '../model/backend-url.ts';
import { addressBook, type Stray, straysIn } from '../model/stray.ts';
import { placeOf } from './backend-place.ts';
import { type Facts, runningOf } from './facts.ts';
import type { FoundHost } from './host-status.ts';
import { shellQuote } from './shell-quote.ts';

/** The command that takes a stray away. */
export function commandAgainst({ vhost, url }: Stray): string {
  const port = placeOf(url)?.port ?? 80;
  return `hipachectl delete ID ${shellQuote(vhost)} -i ${addressOf(url) ?? ''} -p ${port}`;
}

/** That backends of a frontend lead to containers which ask for other hosts, a sentence for each. */
export function adviseOnStrays(facts: Facts, found: FoundHost | null): readonly string[] {
  const running = runningOf(facts);
  if (running === null || found === null) return [];
  const strays = straysIn(found.frontend, addressBook(running.workloads, running.verdicts));
  return strays.map(
    (stray) =>
      `Nobody claims ${stray.url}, and ${stray.container} has its address and asks for other hosts: ${commandAgainst(stray)}`,
  );
}
