import type { ContainerLineView, OverviewView } from '../../explain/overview.ts';
import type { Rejection } from '../../model/frontend.ts';
import { hasRoomBeside, type Row, renderRows, renderTable, wrapText } from './table.ts';
import type { Terminal } from './terminal.ts';
import { controllerLine, plain, verdictWord } from './words.ts';

/** Vhosts of one container that its line names. */
const NAMED_AT_MOST = 4;
/** Reasons of one container that are told in the table. */
const REASONS_AT_MOST = 3;
/** What reasons need to stand beside the rest; where there is less they stand below it. */
const REASON_COLUMN = 60;
const BELOW = '    ';

const TITLES: Row = ['CONTAINER', 'VHOSTS', 'VERDICT'];

/** `autodock explain`: a table of all containers, how many are routed, and whether somebody keeps it so. */
export function showOverview(view: OverviewView, terminal: Terminal): string {
  const { containers, controller } = view;
  const blocks = [
    ...(containers === null ? [] : allOf(containers, terminal)),
    wrapText(controllerLine(controller, terminal), terminal),
  ];
  return blocks.join('\n\n');
}

function allOf(containers: readonly ContainerLineView[], terminal: Terminal): readonly string[] {
  if (containers.length === 0) return ['No container runs on this engine.'];
  return [tableOf(containers, terminal), countLine(containers)];
}

function tableOf(containers: readonly ContainerLineView[], terminal: Terminal): string {
  const rows = containers.map((container) => ({
    cells: [plain(container.name), vhostsWord(container.vhosts), stateWord(container, terminal)],
    reasons: reasonsOf(container).map(plain),
  }));
  const cells = rows.map((row) => row.cells);
  if (hasRoomBeside([TITLES, ...cells], REASON_COLUMN, terminal)) {
    const wide = rows.map((row) => [...row.cells, row.reasons.join(' ')]);
    return renderTable([...TITLES, 'REASON AND REMEDY'], wide, terminal);
  }
  const [head = '', ...lines] = renderRows(TITLES, cells, terminal);
  return [
    head,
    ...rows.flatMap(({ reasons }, index) => [
      lines[index] ?? '',
      ...reasons.map((reason) => wrapText(reason, terminal, BELOW)),
    ]),
  ].join('\n');
}

function vhostsWord(vhosts: readonly string[]): string {
  return vhosts.length === 0 ? '-' : firstOf(vhosts, NAMED_AT_MOST).join(' ');
}

function firstOf(names: readonly string[], most: number): readonly string[] {
  const more = names.length - most;
  const named = names.slice(0, most).map(plain);
  return [...named, ...(more > 0 ? [`and ${more} more`] : [])];
}

/** The verdict, unless Redis does not show it. */
function stateWord(container: ContainerLineView, terminal: Terminal): string {
  const { verdict, hints } = container;
  if (isUnwritten(container)) return terminal.paint('bad', 'not written');
  // Whoever asks for nothing, but has written something near it, means to ask.
  if (verdict === 'silent' && hints.length > 0) return terminal.paint('warning', verdict);
  return verdictWord(verdict, terminal);
}

/** It is to be routed, and nothing of it is in Redis. */
function isUnwritten({ routes }: ContainerLineView): boolean {
  return routes.length > 0 && routes.every(({ written }) => written === false);
}

/** What hinders it, or what may not be as it was meant. */
function reasonsOf(container: ContainerLineView): readonly string[] {
  const { name, rejections, hints, routes } = container;
  const missing = routes.filter(({ written }) => written === false).map(({ vhost }) => vhost);
  const unwritten = missing.length === 0 ? [] : [`Not in Redis: ${missing.join(' ')}.`];
  const hindered = isUnwritten(container) ? [] : unwritten;
  const reasons = [...hindered, ...rejectionTexts(rejections, hints), ...hints];
  const more = reasons.length - REASONS_AT_MOST;
  if (more <= 0) return reasons;
  return [...reasons.slice(0, REASONS_AT_MOST), `${more} more: autodock explain ${name}`];
}

/** Each text once, with the vhosts that it is about. */
function rejectionTexts(
  rejections: readonly Rejection[],
  hints: readonly string[],
): readonly string[] {
  const vhosts = new Map<string, string[]>();
  for (const { reason, vhost, detail, remedy } of rejections) {
    // A hint says better which label was meant than the list of all labels does.
    const text = reason === 'bad-label' && hints.length > 0 ? detail : `${detail} ${remedy}`;
    vhosts.set(text, [...(vhosts.get(text) ?? []), ...(vhost === null ? [] : [vhost])]);
  }
  return [...vhosts].map(([text, names]) => {
    const isPart = names.length > 0 && names.length < rejections.length;
    return isPart ? `${firstOf(names, NAMED_AT_MOST).join(' ')}: ${text}` : text;
  });
}

function countLine(containers: readonly ContainerLineView[]): string {
  const silent = containers.filter(({ verdict }) => verdict === 'silent').length;
  const routed = containers.filter((one) => one.verdict === 'routed' && !isUnwritten(one)).length;
  const others = containers.length - silent - routed;
  const nouns = new Set(containers.map((one) => one.noun));
  const [noun = ''] = nouns.size === 1 ? nouns : ['workload'];
  const what = containers.length === 1 ? noun : `${noun}s`;
  const counts = `${routed} routed, ${others} not routed, ${silent} silent (ask for nothing)`;
  return `${containers.length} running ${what}: ${counts}.`;
}
