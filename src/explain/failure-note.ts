import { type Failure, UNPROVEN } from '../model/failure.ts';
import type { SlotView } from './slots.ts';

const SILENT =
  'it closed the connection without an answer. A server of HTTPS does so where HTTP is spoken: then set the label autodock.scheme=https. So does one that speaks no HTTP at all, such as php-fpm, and an application that ends.';

const REFUSES =
  'unproven when a front last told of it: it accepted no connection of a front. It gets no requests before it does, and those that have nowhere else to go wait (FRONT_HOLD). docker logs says whether it listens, and where.';

/** What a front's word for a failure means, and what to do. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  [
    'unreachable',
    'nothing listens there, or its certificate is not trusted (the label autodock.verify=off takes any).',
  ],
  ['connect_timeout', 'the front got no connection to it in time (FRONT_CONNECT_TIMEOUT).'],
  ['closed', SILENT],
  ['slow', 'it did not answer in time (FRONT_READ_TIMEOUT, or the label autodock.timeout).'],
  ['bad_answer', 'the front cannot read its answer; the log of the front says what is wrong.'],
  [
    'not_http',
    'it does not speak HTTP/1: it may be a server of HTTP/2 alone, as those of gRPC are (then set the label autodock.scheme=grpc), or of something else.',
  ],
  ['interim', 'it sent an interim answer (100 or 102) that nobody had asked for.'],
  ['internal', 'the front itself failed; its log says why.'],
]);

/** What the last failure of a backend that is asked says of it; `''`: there is none. */
export function failureNote(failures: readonly Failure[], alive: readonly SlotView[]): string {
  const last = failures.find(({ backend }) => alive.some(({ url }) => url === backend));
  if (last === undefined) return '';
  const { backend, status, reason } = last;
  if (reason === UNPROVEN) return ` ${backend} was ${REFUSES}`;
  const meaning = MEANINGS.get(reason) ?? `the front says ${reason}.`;
  return ` The last request that ${backend} did not answer got ${status ?? 'no status'}: ${meaning}`;
}
