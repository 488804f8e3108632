import { describe, expect, test } from 'vitest';
import { showService } from '../../../src/cli/show/show-service.ts';
import { explainService, isTaskOf, type ServiceFacts } from '../../../src/explain/service.ts';
import type { ShortId } from '../../../src/model/ids.ts';
import { claim, OTHER, observed } from '../diff/world.ts';
import { factsOf } from './facts.ts';

const TASK = 'shop_web.2.ixt8lecwnre19hyo25juo3lyz';
const URL = 'http://10.0.1.4:80';
const SERVICE: ServiceFacts = {
  name: 'shop_web',
  record: {
    name: 'shop_web',
    labels: new Map([['autodock.host', 'a.local']]),
    trouble: 'pending: no suitable node (1 node not available)',
  },
  isOverseen: true,
  tasks: [
    {
      owner: OTHER,
      engine: 'two at 10.0.0.2',
      id: 'bbbbbbbbbbbb' as ShortId,
      name: TASK,
      isLapsed: false,
      hasLease: true,
      drain: null,
    },
  ],
};

test.for([
  [TASK, true],
  ['shop_web.k2yq617uxkb6cgarh7i1dqu3j.ixt8lecwnre19hyo25juo3lyz', true],
  ['shop_web2.1.ixt8lecwnre19hyo25juo3lyz', false],
  ['shop_web.example.com', false],
  ['shop_web', false],
  [null, false],
] as const)('%s is the name of a task of shop_web: %s', ([name, is]) => {
  expect(isTaskOf('shop_web', name)).toBe(is);
});

describe('a service', () => {
  const facts = factsOf({
    frontends: [observed('a.local', [URL], { [OTHER]: claim({ [URL]: ['bbbbbbbbbbbb'] }) })],
  });
  const shown = (service: ServiceFacts) =>
    showService(explainService(facts, service), { width: 500, paint: (_, text) => text });

  test('is told with its tasks on all nodes and their routes, its labels, and what Swarm says', () => {
    expect(shown(SERVICE).split('\n')).toEqual([
      'shop_web: service of the swarm',
      'Swarm says: pending: no suitable node (1 node not available)',
      'Labels of the service: autodock.host=a.local',
      `${TASK} on two at 10.0.0.2: a.local -> ${URL}`,
      'Why one is not routed: autodock explain TASK, on its node.',
    ]);
  });

  test('says that its labels do not count where no controller on a manager looks', () => {
    expect(shown({ ...SERVICE, isOverseen: false })).toContain(
      'No controller on a manager looks at the swarm now',
    );
  });
});
