import { describe, expect, test } from 'vitest';
import type { Barrier, Barriers, KnownContainer } from '../../../src/model/container.ts';
import { asking, desire, inWords, judged, on, type Said, urlsOf } from './containers.ts';

const barred = (barrier: Barrier): Barriers => ({ ipv4: barrier, ipv6: barrier });
const OVERLAY = new Map([
  ['autodock', barred('overlay')],
  ['other', barred('overlay')],
  ['ingress', barred('ingress')],
]);
const LABELS = {
  'com.docker.swarm.node.id': 'yq617uxkb6cgarh7i1dqu3j7v',
  'com.docker.swarm.service.id': 'tkx1y9sbbmp6tkxa237kkwfjd',
  'com.docker.swarm.service.name': 'shop_web',
  'com.docker.swarm.task': '',
  'com.docker.swarm.task.id': 'ixt8lecwnre19hyo25juo3lyz',
  'com.docker.swarm.task.name': 'shop_web.2.ixt8lecwnre19hyo25juo3lyz',
};
/** What the controller of a node is told by the stack. */
const NODE = { isSwarm: true, networks: ['autodock'], hostAddress: '10.99.0.12' };

/** A task as its node's engine lists it: its network mode says `bridge` though it is on none. */
function task(said: Said): KnownContainer {
  const labels = { ...LABELS, ...said.labels };
  return asking(1, 'a.local', { networkMode: 'bridge', barriers: OVERLAY, ...said, labels });
}

const PUBLISHED = [{ ip: '0.0.0.0', hostPort: 32_768, containerPort: 80 }];

describe('on a node of a swarm', () => {
  test.for([
    ['on the overlay of the front', [on('autodock', '10.0.1.4')], {}, '10.0.1.4:80'],
    [
      'never that on ingress, which comes first',
      [on('ingress', '10.0.0.6'), on('autodock', '10.0.1.4')],
      {},
      '10.0.1.4:80',
    ],
    [
      'the overlay rather than the node, whose port it has, too',
      [on('autodock', '10.0.1.4')],
      { published: PUBLISHED },
      '10.0.1.4:80',
    ],
    [
      'the port of the node, where no overlay of the front is',
      [on('bridge', '172.17.0.2')],
      { published: PUBLISHED },
      '10.99.0.12:32768',
    ],
    [
      'another overlay, if the label names it',
      [on('autodock', '10.0.1.4'), on('other', '10.0.2.9')],
      { labels: { 'autodock.network': 'other' } },
      '10.0.2.9:80',
    ],
    [
      'the port of the node on the host network',
      [on('host', null)],
      { networkMode: 'host' },
      '10.99.0.12:80',
    ],
  ] as const)('the address is %s', ([, addresses, said, address]) => {
    expect(urlsOf(task({ addresses, ...said }), NODE)).toEqual([`http://${address}`]);
  });

  test.for([
    [
      'on ingress alone',
      [on('ingress', '10.0.0.6')],
      'ingress (the ingress network of Swarm, whose addresses answer nobody)',
    ],
    [
      'on an overlay that the front is not on',
      [on('other', '10.0.2.9')],
      'other (an overlay network that AUTODOCK_NETWORKS does not name: the host has no route to it)',
    ],
    [
      'on a bridge, which each node has for itself',
      [on('bridge', '172.17.0.2')],
      'bridge (of this node alone: on another node the same address is another container)',
    ],
    [
      'on a bridge that has the name of the overlay',
      [{ ...on('autodock', '172.18.0.2'), networkId: 'f'.repeat(64) }],
      'autodock (of this node alone: on another node the same address is another container)',
      new Map(),
    ],
  ] as const)(
    'a task %s is rejected with the command that mends it',
    ([, addresses, seen, barriers = OVERLAY]) => {
      const one = task({ addresses, barriers });

      expect(judged(one, NODE).rejections.map(inWords)).toEqual([
        `a.local: unreachable-network: The container is on no network that the front reaches: ${seen}. Connect it to the front's network: docker service update --network-add autodock shop_web`,
      ]);
      expect(desire([one], NODE).frontends.size, 'and nothing is held').toBe(0);
    },
  );

  test('a label that names a bridge of the node is not obeyed', () => {
    const labels = { 'autodock.network': 'web' };
    const one = task({ addresses: [on('web', '172.18.0.2')], labels });

    expect(judged(one, NODE).rejections.map(({ reason }) => reason)).toEqual([
      'unreachable-network',
    ]);
  });

  test('a plain container is told to join the overlay by itself', () => {
    const one = asking(1, 'a.local', { addresses: [on('web_default', '172.18.0.2')] });

    expect(judged(one, NODE).rejections.map(({ remedy }) => remedy)).toEqual([
      "Connect it to the front's network: docker network connect autodock 000000000001",
    ]);
  });

  test('what shares the network of a container goes by its addresses', () => {
    const holder = task({ addresses: [on('autodock', '10.0.1.4')] });
    const sharer = asking(2, 'b.local', { networkMode: `container:${holder.id}`, addresses: [] });
    const { frontends } = desire([holder, sharer], NODE);

    expect(
      [...frontends.values()].flatMap(({ backends }) => backends.map(({ url }) => url)),
    ).toEqual(['http://10.0.1.4:80', 'http://10.0.1.4:80']);
  });

  test('a port that nothing exposes is one for its service to publish', () => {
    const one = task({ addresses: [on('autodock', '10.0.1.4')], exposedPorts: [] });

    expect(judged(one, NODE).rejections.map(({ remedy }) => remedy)).toEqual([
      'Add EXPOSE 80 to its image, or publish it: docker service update --publish-add mode=host,target=80 shop_web, or expose the port that the application listens on.',
    ]);
  });
});

describe('on a host of its own', () => {
  test('an overlay is used where it is configured, as the front is on it', () => {
    const one = task({ addresses: [on('autodock', '10.0.1.4')] });

    expect(urlsOf(one, { networks: ['autodock'] })).toEqual(['http://10.0.1.4:80']);
  });

  test('ingress is not used even if it is configured', () => {
    const one = task({ addresses: [on('ingress', '10.0.0.6')] });

    expect(judged(one, { networks: ['ingress'] }).verdict).toBe('unreachable-network');
  });

  test('a task on an overlay is told of the stack', () => {
    const one = task({ addresses: [on('autodock', '10.0.1.4')] });

    expect(judged(one).rejections.map(({ remedy }) => remedy)).toEqual([
      'Run autodock on the whole swarm (deploy/up --swarm), and connect the service to its network: docker service update --network-add autodock shop_web',
    ]);
  });

  test("a service's name that could not be one is not put into a command", () => {
    const labels = { 'com.docker.swarm.service.name': '$(reboot)' };
    const [rejection] = judged(
      task({ addresses: [on('ingress', '10.0.0.6')], labels }),
      NODE,
    ).rejections;

    expect(rejection?.remedy).toBe(
      "Connect it to the front's network: docker network connect autodock 000000000001",
    );
  });
});
