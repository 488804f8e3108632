import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DeployedSwarm, deploySwarm } from '../parts/deployed-swarm.ts';
import type { Said } from '../parts/joined-engines.ts';
import { ask, type Swarm } from '../parts/swarm.ts';
import { nextKill } from '../parts/swarm-kill.ts';
import { documentedQuery, query, startMonitoring } from '../parts/swarm-monitoring.ts';
import { startTraffic } from '../parts/traffic.ts';
import { waitFor } from '../parts/wait-for.ts';

const SLOW_MS = 600_000;

describe('on a swarm of two nodes', { timeout: SLOW_MS }, () => {
  let deployed: DeployedSwarm;
  let swarm: Swarm;
  const up = (where: 'manager' | 'worker' = 'manager', more = {}): Promise<Said> =>
    deployed.up(swarm[where], more);
  const service = (name: string, ...options: readonly string[]) =>
    deployed.service(name, ...options);
  /** Through the front of the manager's node. */
  const answers = (host: string, status = 200) =>
    waitFor(`${status} for ${host}`, async () => {
      const answer = await ask(swarm.manager.address, host);
      expect(answer).toMatchObject({ status });
      return answer.body;
    });
  const told = (...command: readonly string[]) => deployed.told(swarm.worker, ...command);
  const explained = (name: string) => told('explain', name);

  beforeAll(async () => {
    deployed = await deploySwarm();
    swarm = deployed.swarm;
  }, SLOW_MS);

  afterAll(() => deployed?.close(), SLOW_MS);

  test('a worker, an overlay that services alone can join, and a port that is taken are each told with the way out', async () => {
    const { manager } = swarm;
    expect(await up('worker')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/this node is a worker.*\n.*Run .*--swarm on one of: \S+:2377/),
    });

    await manager.docker('network', 'create', '-d', 'overlay', 'autodock');
    expect(await up()).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/overlay autodock is not attachable.*\n.*network rm autodock/),
    });
    await manager.docker('network', 'rm', 'autodock');

    const holder = await manager.docker('run', '-d', '-p', '80:80', swarm.image);
    expect(await up()).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/port 80, for the front, is taken.*\n.*FRONT_HTTP_PORT=8080/),
    });
    await manager.docker('rm', '-f', holder.trim());
  });

  test('a port that is taken on another node is told with its node', async () => {
    const { worker } = swarm;
    const holder = await worker.docker('run', '-d', '-p', '80:80', swarm.image);

    expect(await up()).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        new RegExp(
          `on node \\S+ \\(${worker.address}\\), port 80, for the front, is taken\\n.*FRONT_HTTP_PORT[^]*autodock.front=false ${worker.id}`,
        ),
      ),
    });
    await worker.docker('rm', '-f', holder.trim());
  });

  test('one command starts it on both, and another routes a service on one by the front of the other', async () => {
    const { code, stdout, stderr } = await up();
    expect(code, `${stdout}${stderr}`).toBe(0);

    await service('hello', '--network', 'autodock', '--constraint', 'node.role == worker');

    await answers('hello.local');
    expect(stdout).toContain('docker service create --network autodock -e VIRTUALHOST=');
    expect(await told('wait', 'hello.local')).toMatch(/^hello\.local is routed: .* answers 200/);
  });

  test('a Prometheus of the second stack finds controllers and fronts of all nodes, and tells the nodes apart', async () => {
    const { manager, nodes } = swarm;
    await startMonitoring(manager);

    await waitFor('all to be scraped', async () =>
      expect((await query(manager, 'sum by (job) (up) == 2')).map(({ job }) => job)).toEqual(
        expect.arrayContaining(['autodock', 'autodock-front']),
      ),
    );
    const names = await Promise.all(nodes.map(async ({ engine }) => (await engine.info()).Name));
    await waitFor('what docs/swarm.md asks to have an answer', async () =>
      expect(await documentedQuery(manager)).toEqual(
        expect.arrayContaining(nodes.map(({ id }, index) => ({ owner: id, name: names[index] }))),
      ),
    );
  });

  test('a second stack is refused, and the one that runs is left as it is', async () => {
    const { code, stderr } = await up('manager', { COMPOSE_PROJECT_NAME: 'another' });

    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('the stack autodock runs autodock on this swarm already'),
    ]);
  });

  test('a service beside the overlay is rejected with the command that mends it', async () => {
    await service('beside', '--constraint', 'node.role == worker', '--publish', '8081:80');
    const remedy = 'docker service update --network-add autodock beside';
    const [task = ''] = await waitFor('the task', async () => {
      const names = await swarm.worker.docker('ps', '--format', '{{.Names}}');
      const found = names.split('\n').filter((name) => name.startsWith('beside.'));
      expect(found).toHaveLength(1);
      return found;
    });

    await waitFor('the rejection', async () => {
      const said = await explained(task);
      expect(said).toContain('unreachable-network');
      expect(said).toContain(remedy);
      expect(said).toContain(
        `service beside, slot 1, node ${swarm.worker.address} (${swarm.worker.id})`,
      );
    });
    await swarm.manager.docker(...remedy.split(' ').slice(1), '-d');
    await answers('beside.local');
  });

  test('a port of the node stands for what has no address on the overlay', async () => {
    await service(
      'ported',
      '--constraint',
      'node.role == worker',
      '--publish',
      'mode=host,target=80',
    );

    await answers('ported.local');
  });

  test('a rolling update with a HEALTHCHECK loses no request', async () => {
    const health = ['--health-cmd', 'true', '--health-interval', '500ms'];
    const order = ['--update-order', 'start-first', '--update-delay', '500ms'];
    await service('shop', '--network', 'autodock', '--replicas', '2', ...health, ...order);
    await answers('shop.local');
    const traffic = startTraffic(
      {
        ...{ address: swarm.manager.address, port: 80, host: 'shop.local' },
        ...{ perSecond: 50, postPath: null },
      },
      'update',
    );

    await swarm.manager.docker('service', 'update', '-q', '--force', '--detach=false', 'shop');

    const [phase] = await traffic.stop();
    expect(phase?.lost).toEqual([]);
    expect(phase?.requests).toBeGreaterThan(100);
  });

  test('labels of the service count, and tell its port', async () => {
    await swarm.manager.docker(
      ...['service', 'create', '-d', '--no-resolve-image', '--name', 'labelled'],
      ...['--network', 'autodock', '--constraint', 'node.role == worker'],
      ...['--label', 'autodock.host=labelled.local', '--label', 'autodock.port=80', swarm.image],
    );

    await answers('labelled.local');
  });

  test('what is scaled away gets no new requests before it is told to end', async () => {
    const worker = ['--constraint', 'node.role == worker'];
    await service('fewer', '--network', 'autodock', '--replicas', '2', ...worker);
    const changes = () => deployed.changesOf(swarm.worker, 'fewer.local');
    await waitFor('both are routed', async () =>
      expect((await changes()).flatMap(({ added = [] }) => added)).toHaveLength(2),
    );
    const kill = await nextKill(swarm.worker, 'fewer');

    await swarm.manager.docker('service', 'scale', '-d', 'fewer=1');
    const toldAt = await kill.at;
    const withdrawn = await waitFor('one is withdrawn', async () => {
      const found = (await changes()).find(({ removed = [] }) => removed.length > 0);
      if (found === undefined) throw new Error('both are routed');
      return found;
    });

    expect(Date.parse(withdrawn.time)).toBeLessThan(toldAt);
  });

  test('while a node is cut off, every request is answered by the rest', async () => {
    const seen = async () => {
      const bodies = await Promise.all(
        Array.from({ length: 12 }, async () => {
          const { status, body } = await ask(swarm.manager.address, 'both.local');
          return status === 200 ? body : `status ${status}`;
        }),
      );
      return [...new Set(bodies)];
    };
    const ofTask = ['--env', 'NAME={{.Node.ID}}'];
    await service('both', '--network', 'autodock', '--mode', 'global', ...ofTask);
    const both = [swarm.manager, swarm.worker].map(({ id }) => `${id} 80\n`);
    await waitFor('both answer', async () => expect(new Set(await seen())).toEqual(new Set(both)));

    await swarm.worker.link('down');
    const alone = await seen();
    await swarm.worker.link('up');

    expect(alone, 'none failed').toEqual([`${swarm.manager.id} 80\n`]);
  });

  test('deploy/down takes the stack away on every node, and leaves services and their overlay', async () => {
    const { code, stdout, stderr } = await deployed.down();

    expect(code, `${stdout}${stderr}`).toBe(0);
    const names = await swarm.manager.docker('service', 'ls', '--format', '{{.Name}}');
    expect(names.trim().split('\n').sort().join(' ')).toBe(
      'beside both fewer hello labelled ported shop',
    );
    const ofStack = ['--filter', 'label=com.docker.stack.namespace=autodock'];
    for (const node of swarm.nodes) expect(await node.docker('ps', '-q', ...ofStack)).toBe('');
    expect(await swarm.manager.docker('network', 'ls', '--format', '{{.Name}}')).toContain(
      'autodock\n',
    );
  });

  test('deploy/down --volumes leaves nothing on a manager, and says what is left elsewhere', async () => {
    await swarm.manager.docker('service', 'rm', 'beside', 'both', 'fewer', 'hello', 'labelled');
    await swarm.manager.docker('service', 'rm', 'ported', 'shop');
    for (const node of swarm.nodes) {
      await waitFor('the services to end', async () =>
        expect(await node.docker('ps', '-q')).toBe(''),
      );
    }
    const { code, stdout, stderr } = await deployed.down('--volumes');

    expect(code, `${stdout}${stderr}`).toBe(0);
    expect(stdout).toContain('on the others: docker volume rm autodock_docker-api');
    expect(await deployed.left()).toEqual([]);
    const labels = ['node', 'inspect', 'self', '--format', '{{len .Spec.Labels}}'];
    expect(await swarm.manager.docker(...labels)).toBe('0\n');
  });
});
