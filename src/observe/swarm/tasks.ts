import type { RedisCommand, RedisConnection } from '../../clients/redis.ts';
import { WRONG_TYPE } from '../../clients/redis-reply.ts';
import { ObserveError } from '../../errors.ts';
import type { ContainerLine } from '../../model/container.ts';
import { type Owner, shortId } from '../../model/ids.ts';
import type { Keys } from '../../model/keys.ts';
import {
  type Holder,
  holds,
  isClearlyOlder,
  parseHolder,
  type Seat,
  seatsOf,
} from '../../model/seat.ts';
import { taskOf } from '../../model/swarm.ts';
import { parseService, withServiceLabels } from '../../model/swarm-service.ts';
import type { Workload } from '../../model/workload.ts';
import type { Overtaken } from '../../model/workload-line.ts';
import { createBirths } from './births.ts';

/** Completes the containers of a node by what the other nodes of its swarm tell in Redis; see `createTasks`. */
export interface Tasks {
  /**
   * The same containers, each with the labels of its service, and with who overtook it: the identical objects where
   * nothing changed.
   *
   * @throws ObserveError if Redis cannot be read
   */
  complete(workloads: readonly Workload[], owner: Owner): Promise<readonly Workload[]>;
  /**
   * What `complete` rests on, as one text to compare.
   *
   * @throws ObserveError if Redis cannot be read
   */
  text(): Promise<string>;
  /** A container as it would hold a seat. */
  asHolder(container: ContainerLine, owner: Owner): Holder;
  /** Who was last read to have a seat; null: nobody. */
  holderOf(seat: Seat): Holder | null;
  /** Redis' clock may be another one now. */
  forgetTimes(): void;
}

/** What the tasks are completed with. */
export interface TasksOptions {
  readonly redis: Pick<RedisConnection, 'read'>;
  readonly keys: Keys;
  /** The overlays that the front is on. */
  readonly networks: readonly string[];
  /** The engine's clock, milliseconds; null: it does not tell. */
  readonly engineNow: () => number | null;
}

/** What one read is about, and what it told. */
interface Question {
  readonly fields: readonly string[];
  readonly services: readonly string[];
}

const NOTHING: Question = { fields: [], services: [] };

/** What it remembers saves work and changes no outcome. */
export function createTasks({ redis, keys, networks, engineNow }: TasksOptions): Tasks {
  let asked = NOTHING;
  let holders: ReadonlyMap<string, Holder> = new Map();
  const births = createBirths(engineNow);
  const completed = new WeakMap<Workload, { readonly by: string; readonly made: Workload }>();
  const asHolder = ({ id, name, createdAt }: ContainerLine, owner: Owner): Holder => ({
    ...{ owner, name, id: shortId(id) },
    at: births.at(id, createdAt),
  });
  const complete = (line: Extract<Workload, ContainerLine>, told: Told, owner: Owner) => {
    const overtaken = overtakenIn(seatsOf(line, networks), told.holders, asHolder(line, owner));
    const service = told.services.get(taskOf(line.labels)?.serviceId ?? '') ?? '';
    if (overtaken === null && service === '') return line;
    const by = JSON.stringify([overtaken, service]);
    const before = completed.get(line);
    if (before?.by === by) return before.made;
    const record = parseService(service);
    const labels = record === null ? line.labels : withServiceLabels(line.labels, record);
    const made = { ...line, labels, ...(overtaken === null ? {} : { overtaken }) };
    completed.set(line, { by, made });
    return made;
  };
  return {
    asHolder,
    holderOf: ({ field }) => holders.get(field) ?? null,
    forgetTimes: births.forget,
    async text() {
      return JSON.stringify(await read(redis, keys, asked));
    },
    async complete(workloads, owner) {
      const lines = workloads.filter(isContainer);
      asked = questionOf(lines, networks);
      births.retain(lines);
      if (asked.fields.length + asked.services.length === 0) return workloads;
      const [time, ...replies] = await read(redis, keys, asked, [['time']]);
      births.tell(time);
      const told = toldBy(asked, replies);
      holders = told.holders;
      const all = workloads.map((one) => (isContainer(one) ? complete(one, told, owner) : one));
      return all.every((one, index) => one === workloads[index]) ? workloads : all;
    },
  };
}

function isContainer(workload: Workload): workload is Extract<Workload, ContainerLine> {
  return workload.kind !== 'unreadable' && workload.reach === 'networks';
}

function questionOf(lines: readonly ContainerLine[], networks: readonly string[]): Question {
  const services = lines.flatMap(({ labels }) => taskOf(labels)?.serviceId ?? []);
  return {
    fields: lines.flatMap((line) => seatsOf(line, networks)).map(({ field }) => field),
    services: [...new Set(services)].filter((id) => id !== ''),
  };
}

/** @throws ObserveError if Redis cannot be read, or holds something else there */
async function read(
  redis: Pick<RedisConnection, 'read'>,
  keys: Keys,
  { fields, services }: Question,
  before: readonly RedisCommand[] = [],
): Promise<readonly unknown[]> {
  const questions = [
    { key: keys.seats, names: fields },
    { key: keys.services, names: services },
  ];
  const some = questions.filter(({ names }) => names.length > 0);
  if (some.length === 0) return [];
  const commands = some.map(({ key, names }): RedisCommand => ['hmget', key, ...names]);
  const replies = await redis.read([...before, ...commands]);
  if (replies.includes(WRONG_TYPE)) {
    const message = `Redis: ${keys.seats} or ${keys.services} holds a value of another type than autodock writes; look with TYPE, and delete it if nobody needs it`;
    throw new ObserveError('redis-malformed', message);
  }
  return replies;
}

interface Told {
  readonly holders: ReadonlyMap<string, Holder>;
  /** The text of each by its id. */
  readonly services: ReadonlyMap<string, string>;
}

function toldBy({ fields, services }: Question, replies: readonly unknown[]): Told {
  const texts = replies.flat();
  const holders = fields.flatMap((field, index) => {
    const holder = parseHolder(texts[index]);
    return holder === null ? [] : [[field, holder] as const];
  });
  const told = services.flatMap((id, index) => {
    const text = texts[fields.length + index];
    return typeof text === 'string' ? [[id, text] as const] : [];
  });
  return { holders: new Map(holders), services: new Map(told) };
}

function overtakenIn(
  seats: readonly Seat[],
  holders: ReadonlyMap<string, Holder>,
  self: Holder,
): Overtaken | null {
  for (const { kind, field } of seats) {
    const holder = holders.get(field);
    if (holder === undefined || holds(holder, self) || !isClearlyOlder(self, holder)) continue;
    return { seat: kind, by: holder.name, owner: holder.owner };
  }
  return null;
}
