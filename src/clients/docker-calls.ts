import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { Dialect } from './dialect.ts';
import { type Filters, openEvents, openList, openPast, type Span } from './docker-body.ts';
import { callDocker, httpStatusOf } from './docker-call.ts';
import { readManaged } from './docker-managed.ts';
import { requestOf } from './docker-request.ts';
import type { DockerOptions, DockerSession } from './docker-session.ts';
import { asReply } from './docker-shapes.ts';
import { inspectContainer } from './inspect-container.ts';
import { readJsonLines } from './json-lines.ts';
import { readListItems } from './list-items.ts';

/** Nobody waits long for what is past. */
const LONGEST_LOOK_BACK_MS = 1_000;

/** The requests of a session, made through a dockerode that speaks its version of the API. */
export function callsOf(
  docker: Docker,
  options: DockerOptions,
  dialect: Dialect,
): Pick<DockerSession, 'list' | 'inspect' | 'networks' | 'managed' | 'events' | 'lastEvents'> {
  return {
    list: (onItem, filters) =>
      callDocker(
        requestOf(options, 'list of containers'),
        async (abortSignal) => {
          const body = await openList(docker, dialect.listFilters(filters), abortSignal);
          await readListItems(body, onItem);
        },
        () => undefined,
      ),
    inspect: async (id, narrow) => {
      const request = requestOf(options, `inspection of ${id.slice(0, 12)}`);
      try {
        return await callDocker(
          { ...request, timeoutMs: Math.ceil(request.timeoutMs / 2) },
          (abortSignal) => inspectContainer(docker, dialect, id, abortSignal),
          (reply) => {
            const members = asReply(reply);
            return members === null ? null : narrow(members);
          },
        );
      } catch (error) {
        if (httpStatusOf(error) === 404) return 'gone';
        throw error;
      }
    },
    networks: (narrow) =>
      callDocker(
        requestOf(options, 'list of networks'),
        (abortSignal) => docker.listNetworks({ abortSignal }),
        narrow,
      ),
    managed: (list, narrow) => readManaged(docker, options, list, narrow),
    events: (filters, streamSignal) =>
      callDocker(
        {
          ...requestOf(options, 'event stream'),
          signal: AbortSignal.any([options.signal, streamSignal]),
        },
        (connectSignal) =>
          openEvents(docker, dialect.eventFilters(filters), [connectSignal, streamSignal]),
        (reply) => reply as Readable,
      ),
    lastEvents: (filters, span) => readLast(docker, options, dialect.eventFilters(filters), span),
  };
}

function readLast(
  docker: Docker,
  options: DockerOptions,
  filters: Filters,
  span: Span,
): Promise<readonly Record<string, unknown>[]> {
  const timeoutMs = Math.min(options.config.timeoutMs, LONGEST_LOOK_BACK_MS);
  return callDocker(
    { ...requestOf(options, 'last events'), timeoutMs },
    async (abortSignal) => readJsonLines(await openPast(docker, filters, span, abortSignal)),
    (events) => events as readonly Record<string, unknown>[],
  );
}
