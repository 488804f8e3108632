import { adviseOnUnwritten } from '../../explain/advice.ts';
import type { ExplainedRoute, SeenView, WorkloadView } from '../../explain/workload.ts';
import type { NetworkAddress, PublishedPort } from '../../model/container.ts';
import { CONTAINER } from '../../model/workload.ts';
import { adviceLines } from './advice.ts';
import { wrapText } from './table.ts';
import type { Terminal } from './terminal.ts';
import { plain, verdictWord } from './words.ts';

const INDENT = '  ';

/** `autodock explain NAME` of a workload: what was seen, what was decided by which rule, and what to do. */
export function showContainer(view: WorkloadView, terminal: Terminal): string {
  const { paint } = terminal;
  const title = `${paint('strong', plain(view.name))} (${view.id.slice(0, 12)}): ${verdictWord(view.verdict, terminal)}`;
  return [
    wrapText(title, terminal),
    ...(view.seen === null ? [] : section('Seen', seenLines(view.seen), terminal)),
    ...section(
      'Routes',
      view.routes.flatMap((route) => routeLines(route, terminal)),
      terminal,
    ),
    ...unwrittenAdvice(view, terminal),
    ...section(
      'Not routed',
      view.rejections.flatMap((one) => rejectionLines(one, terminal)),
      terminal,
    ),
    ...section('Hints', view.hints.map(plain), terminal),
    ...(view.verdict === 'silent' ? ['', wrapText(silentText(view), terminal)] : []),
  ].join('\n');
}

/** Variables of a container never change: it has to be created anew, of a task by its service. */
function silentText({ hints, noun, seen }: WorkloadView): string {
  if (noun !== CONTAINER) return 'It asks for nothing.';
  const service = seen?.task?.service ?? '';
  // What is not a name is not put into a command.
  if (/^[\w.-]+$/.test(service)) {
    const ask = `docker service update --env-add VIRTUALHOST=NAME ${service}`;
    return `${hints.length > 0 ? 'So it' : 'It'} asks for nothing. To have it routed: ${ask}, or with --container-label-add autodock.host=NAME.`;
  }
  return hints.length > 0
    ? 'So it asks for nothing. Create it anew with what was meant.'
    : 'It asks for nothing: neither VIRTUALHOST nor a label autodock.host is set. ' +
        'To have it routed create it anew with -e VIRTUALHOST=NAME, or with --label autodock.host=NAME.';
}

function unwrittenAdvice({ routes, controller }: WorkloadView, terminal: Terminal) {
  return routes.some(({ written }) => written === false)
    ? ['', adviceLines([adviseOnUnwritten(controller)], terminal)]
    : [];
}

function section(title: string, lines: readonly string[], terminal: Terminal): readonly string[] {
  if (lines.length === 0) return [];
  const body = lines.map((line) => {
    const indent = INDENT + (/^ */.exec(line)?.[0] ?? '');
    const text = line.trimStart();
    return wrapText(
      text,
      terminal,
      indent,
      ' '.repeat(/^(?:Seen|Rule|Do): +/.exec(text)?.[0].length ?? 2),
    );
  });
  return ['', terminal.paint('strong', title), ...body];
}

function seenLines(seen: SeenView): readonly string[] {
  const health = seen.health === 'none' ? 'no HEALTHCHECK' : seen.health;
  const pairs: readonly (readonly [name: string, value: string])[] = [
    ['state', `${seen.state}, ${health}`],
    ...Object.entries(seen.env).map(([name, value]) => [`env ${name}`, value] as const),
    ...Object.entries(seen.labels).map(([name, value]) => [`label ${name}`, value] as const),
    ...taskLine(seen.task),
    ['exposed TCP ports', exposedWord(seen.exposedPorts)],
    ...placeOf(seen),
  ];
  return pairs.map(([name, value]) => `${plain(name)}: ${plain(value)}`);
}

function taskLine(task: SeenView['task']): readonly (readonly [name: string, value: string])[] {
  if (task === null) return [];
  const { service, slot, nodeId, nodeAddress } = task;
  const which = slot === null ? 'one on each node' : `slot ${slot}`;
  const node = nodeAddress === null ? nodeId : `${nodeAddress} (${nodeId})`;
  return [['swarm task', `service ${service}, ${which}, node ${node}`]];
}

function placeOf(seen: SeenView): readonly (readonly [name: string, value: string])[] {
  if (seen.networkMode === null) return [['address', seen.address ?? 'none']];
  return [
    ['published', listed(seen.published.flatMap(bindingInWords))],
    ['networks', listed(seen.networks.map(networkWord))],
    ['network mode', seen.networkMode],
  ];
}

function exposedWord(ports: SeenView['exposedPorts']): string {
  return ports === null ? 'not known, nor the environment' : listed(ports.map(String));
}

function networkWord({ network, ipv4, ipv6 }: NetworkAddress): string {
  const addresses = [ipv4, ipv6].flatMap((address) => address ?? []);
  return `${network} ${addresses.length === 0 ? '(no address)' : addresses.join(' ')}`;
}

function bindingInWords({ ip, hostPort, containerPort }: PublishedPort): readonly string[] {
  return hostPort === null ? [] : [`${ip}:${hostPort} -> ${containerPort}`];
}

function listed(items: readonly string[]): string {
  return items.length === 0 ? 'none' : items.join(', ');
}

function routeLines(
  { vhost, url, weight, written, rules }: ExplainedRoute,
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
    : paint('bad', 'Not in Redis.');
}

function rejectionLines(
  { vhost, reason, detail, remedy, rule }: WorkloadView['rejections'][number],
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
