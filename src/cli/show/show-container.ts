import type { ContainerView, RouteState, SeenView } from '../../explain/container.ts';
import type { NetworkAddress } from '../../model/container.ts';
import { wrapText } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { plain, verdictWord } from './words.ts';

const INDENT = '  ';

/** `autodock explain CONTAINER`: what was seen, what was decided by which rule, and what to do. */
export function showContainer(view: ContainerView, terminal: Terminal): string {
  const { paint } = terminal;
  const title = `${paint('strong', plain(view.name))} (${view.id.slice(0, 12)}): ${verdictWord(view.verdict, terminal)}`;
  return [
    title,
    ...(view.seen === null ? [] : section('Seen', seenLines(view.seen), terminal)),
    ...section(
      'Routes',
      view.routes.flatMap((route) => routeLines(route, terminal)),
      terminal,
    ),
    ...section(
      'Not routed',
      view.rejections.flatMap((one) => rejectionLines(one, terminal)),
      terminal,
    ),
    ...section('Hints', view.hints.map(plain), terminal),
    ...(view.routes.length + view.rejections.length === 0 ? ['', wrapText(SILENT, terminal)] : []),
  ].join('\n');
}

const SILENT =
  'It asks for nothing: neither VIRTUALHOST nor a label autodock.host is set. ' +
  'Start it with -e VIRTUALHOST=NAME, or with --label autodock.host=NAME.';

function section(title: string, lines: readonly string[], terminal: Terminal): readonly string[] {
  if (lines.length === 0) return [];
  const body = lines.map((line) => {
    const indent = INDENT + (/^ */.exec(line)?.[0] ?? '');
    return wrapText(line.trimStart(), terminal, indent);
  });
  return ['', terminal.paint('strong', title), ...body];
}

function seenLines(seen: SeenView): readonly string[] {
  const health = seen.health === 'none' ? 'no HEALTHCHECK' : seen.health;
  const pairs: readonly (readonly [name: string, value: string])[] = [
    ['state', `${seen.state}, ${health}`],
    ...Object.entries(seen.env).map(([name, value]) => [`env ${name}`, value] as const),
    ...Object.entries(seen.labels).map(([name, value]) => [`label ${name}`, value] as const),
    ['exposed TCP ports', listed(seen.exposedPorts.map(String))],
    ['published', listed(seen.published.map((p) => `${p.ip}:${p.hostPort} -> ${p.containerPort}`))],
    ['networks', listed(seen.networks.map(networkWord))],
    ['network mode', seen.networkMode],
  ];
  return pairs.map(([name, value]) => `${plain(name)}: ${plain(value)}`);
}

function networkWord({ network, ipv4, ipv6 }: NetworkAddress): string {
  const addresses = [ipv4, ipv6].filter((address) => address !== null);
  return `${network} ${addresses.length === 0 ? '(no address)' : addresses.join(' ')}`;
}

function listed(items: readonly string[]): string {
  return items.length === 0 ? 'none' : items.join(', ');
}

function routeLines(
  { vhost, url, weight, written, rules }: RouteState,
  { paint }: Terminal,
): readonly string[] {
  const times = weight === 1 ? '' : `, weight ${weight}`;
  return [
    `${vhost} -> ${url}${times}`,
    ...[...rules, writtenLine(written, paint)].map((line) => `${INDENT}${line}`),
  ];
}

function writtenLine(written: boolean | null, paint: Terminal['paint']): string {
  if (written === null) return paint('warning', 'Redis could not be read.');
  return written
    ? 'In Redis. A 502 then means that nothing answers on that port of the container.'
    : paint(
        'bad',
        'Not in Redis: the next pass of the controller writes it. Is it running? See autodock explain',
      );
}

function rejectionLines(
  { vhost, reason, detail, remedy, rule }: ContainerView['rejections'][number],
  { paint }: Terminal,
): readonly string[] {
  const what = vhost === null ? '' : `${plain(vhost)}: `;
  return [
    `${what}${paint('bad', reason)}`,
    `${INDENT}Seen: ${plain(detail)}`,
    `${INDENT}Rule: ${rule}`,
    `${INDENT}Do:   ${plain(remedy)}`,
  ];
}
