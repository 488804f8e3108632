import type { AskingView } from '../../explain/asking.ts';
import type { HostView } from '../../explain/host.ts';
import type { StatusView } from '../../explain/host-status.ts';
import type { SlotView } from '../../explain/slots.ts';
import { adviceLines } from './advice.ts';
import { renderTable, wrapText } from './table.ts';
import type { Terminal, Tone } from './terminal.ts';
import { durationText, ownerWord, plain, verdictWord } from './words.ts';

/** `autodock explain HOST`: the lookup as the front does it, slot by slot, and what a client gets. */
export function showHost(view: HostView, terminal: Terminal): string {
  const blocks = [
    headline(view, terminal),
    view.lookup.length === 0 ? '' : renderTable(['LOOKED UP', 'FOUND'], lookupRows(view), terminal),
    view.slots.length === 0 ? '' : slotTable(view, terminal),
    view.options.length === 0 ? '' : optionTable(view, terminal),
    view.failures.length === 0 ? '' : failureTable(view, terminal),
    askedBlock(view, terminal),
    view.similar.length === 0 ? '' : `Did you mean ${view.similar.map(plain).join(', or ')}?`,
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function headline({ host, status, advice }: HostView, terminal: Terminal): string {
  const word = terminal.paint(...statusWord(status));
  const title = `${terminal.paint('strong', plain(host))}: ${word}`;
  const lines = [title, plain(status.why)].map((line) => wrapText(line, terminal));
  return [...lines, ...(advice.length === 0 ? [] : [adviceLines(advice, terminal)])].join('\n');
}

const STATUS_TONES: Readonly<Record<string, Tone>> = {
  200: 'good',
  503: 'warning',
  null: 'warning',
};
const STATUS_WORDS: Readonly<Record<string, string>> = {
  200: '200, or what else the backend answers',
  400: '400 Bad Request',
  404: '404 Not Found',
  502: '502 Bad Gateway',
  503: '503 Service Unavailable, with Retry-After',
  null: 'unknown',
};

function statusWord({ code }: StatusView): [Tone, string] {
  const key = String(code);
  return [STATUS_TONES[key] ?? 'bad', STATUS_WORDS[key] ?? key];
}

/** Down to the one that answers: what comes after it is not looked at. */
function lookupRows({ lookup, answeredBy, keyPrefix }: HostView): readonly (readonly string[])[] {
  const last = lookup.findIndex(({ vhost }) => vhost === answeredBy);
  const seen = last < 0 ? lookup : lookup.slice(0, last + 1);
  return seen.map(({ vhost, state }) => [plain(`${keyPrefix}frontend:${vhost}`), state]);
}

function slotTable(view: HostView, terminal: Terminal): string {
  const { slots, deadExpiresInMs, isDockerSeen } = view;
  const rows = slots.map((slot) => [
    String(slot.slot),
    plain(slot.url),
    ownerWord(slot),
    containersWord(slot, isDockerSeen),
    stateWord(slot, deadExpiresInMs, terminal),
  ]);
  return renderTable(['SLOT', 'BACKEND', 'OWNER', 'CONTAINER', 'STATE'], rows, terminal);
}

function optionTable({ options }: HostView, terminal: Terminal): string {
  const rows = options.map(({ label, value, owner, conflicts }) => [
    label,
    value,
    plain(owner),
    conflicts
      .map((one) => plain(`conflict: ${one.value} of ${one.owner}, which is younger`))
      .join('; '),
  ]);
  return renderTable(['FRONTS DO', 'VALUE', 'OWNER', 'NOT HEARD'], rows, terminal);
}

function failureTable({ failures, host }: HostView, terminal: Terminal): string {
  const rows = failures.map(({ at, host: asked, method, status, reason, backend }) => [
    new Date(at).toISOString(),
    `${status ?? '?'} ${plain(reason)}`,
    plain(backend),
    plain([method ?? '', asked === host ? '' : asked].join(' ').trim()),
  ]);
  return renderTable(['NOT ANSWERED', 'REASON', 'BACKEND', 'REQUEST'], rows, terminal);
}

/** By name; one that is not there any more by its id. */
function containersWord({ containers, names, owner }: SlotView, isDockerSeen: boolean): string {
  if (containers.length === 0) return '-';
  const isGone = isDockerSeen && owner === 'self' && names.length === 0;
  const known = names.length === 0 ? containers : names;
  return `${known.map(plain).join(' ')}${isGone ? ' (gone)' : ''}`;
}

function stateWord(
  { dead, usable, named }: SlotView,
  lapseMs: number | null,
  { paint }: Terminal,
): string {
  if (!usable) return paint('bad', 'no URL for a front');
  if (!dead) return paint('good', named ? 'alive, by name' : 'alive');
  return paint('bad', lapseMs === null ? 'dead, for ever' : `dead, ${durationText(lapseMs)} left`);
}

function askedBlock({ asked, host, problems }: HostView, terminal: Terminal): string {
  if (asked.length === 0) {
    return problems.length > 0
      ? ''
      : wrapText(`No running container of this host asks for ${plain(host)}.`, terminal);
  }
  const rows = asked.map((container) => [
    plain(container.name),
    verdictOf(container, terminal),
    plain(whatOf(container)),
  ]);
  return renderTable(['ASKED BY', 'VERDICT', 'ROUTE, OR REASON AND REMEDY'], rows, terminal);
}

/** For this host, whatever became of the container's others. */
function verdictOf({ verdict, routes, rejections }: AskingView, terminal: Terminal): string {
  if (routes.length > 0) return verdictWord(verdict, terminal);
  return verdictWord(rejections[0]?.reason ?? verdict, terminal);
}

function whatOf({ routes, rejections }: AskingView): string {
  return [
    ...routes.map(
      ({ vhost, url, written }) =>
        `${vhost} -> ${url}${written === false ? ' (not in Redis)' : ''}`,
    ),
    ...rejections.map(({ detail, remedy }) => `${detail} ${remedy}`),
  ].join(' ');
}
