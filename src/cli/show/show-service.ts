import type { ServiceView, TaskView } from '../../explain/service.ts';
import { wrapText } from './table.ts';
import type { Terminal } from './terminal.ts';
import { plain } from './words.ts';

/** `autodock explain SERVICE`: what Swarm and the nodes tell of it. */
export function showService(view: ServiceView, terminal: Terminal): string {
  const { paint } = terminal;
  const lines = [
    `${paint('strong', plain(view.name))}: service of the swarm`,
    ...(view.trouble === null ? [] : [`${paint('bad', 'Swarm says')}: ${plain(view.trouble)}`]),
    labelsLine(view),
    ...view.tasks.flatMap(taskLines),
    ...(view.tasks.length > 0
      ? ['Why one is not routed: autodock explain TASK, on its node.']
      : [`docker service ps ${plain(view.name)} tells of its tasks.`]),
  ];
  return lines.map((line) => wrapText(line, terminal)).join('\n');
}

function labelsLine({ labels, isOverseen }: ServiceView): string {
  if (!isOverseen) {
    return 'No controller on a manager looks at the swarm now: labels of services (deploy.labels) count as they were told last, and new ones do not.';
  }
  const known = Object.entries(labels ?? {}).map(([key, value]) => plain(`${key}=${value}`));
  return `Labels of the service: ${known.length === 0 ? 'none that count' : known.join(', ')}`;
}

function taskLines({ name, node, owner, drained, routes }: TaskView): readonly string[] {
  const state = drained ? 'drained' : routes.length === 0 ? 'not routed' : '';
  const where = routes.map(({ vhost, url }) => `${plain(vhost)} -> ${plain(url)}`).join(', ');
  return [
    `${plain(name)} on ${plain(node ?? owner)}: ${[where, state].filter(Boolean).join('; ')}`,
  ];
}
