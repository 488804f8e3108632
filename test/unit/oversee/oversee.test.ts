import { describe, expect, test } from 'vitest';
import { parseService } from '../../../src/model/swarm-service.ts';
import { narrowServices, narrowTasks, narrowUpNodes } from '../../../src/oversee/manager-lists.ts';
import { noticesOf } from '../../../src/oversee/notices.ts';
import { serviceTexts } from '../../../src/oversee/services.ts';
import { type SaidTask, serviceItem, stateOf, taskItem } from './lists.ts';

const ENDING: SaidTask = { container: 'a', desired: 'shutdown' };
const OTHER: SaidTask = { container: 'b', node: 'node2' };
const NOTICED = [['node1', ['aaaaaaaaaaaa']]];

const noticed = (...tasks: readonly SaidTask[]) =>
  [...noticesOf(stateOf(tasks))].map(([owner, ids]) => [owner, [...ids]]);

describe('a notice', () => {
  test.for(['shutdown', 'remove'])(
    'is given of a task that is to be %s, while another one serves',
    (desired) => {
      expect(noticed({ ...ENDING, desired }, OTHER)).toEqual(NOTICED);
    },
  );

  test.for([
    ['the task that is alone, which serves until it is told to end', [ENDING]],
    ['one whose others are to end as well', [ENDING, { ...OTHER, desired: 'shutdown' }]],
    ['one whose others do not run yet', [ENDING, { ...OTHER, state: 'starting' }]],
    ['one whose others are on a node that is down', [ENDING, { ...OTHER, node: 'node3' }]],
    ['one whose others are of another service', [ENDING, { ...OTHER, service: 'other' }]],
    ['a task that has ended', [{ ...ENDING, state: 'shutdown' }, OTHER]],
    ['a task without a container', [{ desired: 'shutdown' }, OTHER]],
    ['a task that is wanted', [{ container: 'a' }, OTHER]],
  ] as const)('is not given of %s', ([, tasks]) => {
    expect(noticed(...tasks)).toEqual([]);
  });
});

describe('of a service', () => {
  const told = (service: object, ...tasks: readonly SaidTask[]): unknown =>
    JSON.parse([...serviceTexts(stateOf(tasks, [service])).values()].join());

  test('the labels that mean something are told, sorted, and no others', () => {
    const labels = {
      'autodock.port': '80',
      'autodock.host': 'a.local',
      'autodock.part': 'x',
      b: 'c',
    };
    expect(told(serviceItem('shop', labels))).toEqual({
      name: 'shop_name',
      labels: { 'autodock.host': 'a.local', 'autodock.port': '80' },
      trouble: null,
    });
  });

  test('what the newest task says that does not run is told, while one is missing', () => {
    const pending = { state: 'pending', problem: 'no suitable node (1 node not available)' };
    const failed = { state: 'failed', desired: 'shutdown', problem: 'task: non-zero exit (1)' };
    const tasks = [
      { ...failed, at: '2026-01-01T00:00:01Z' },
      { ...pending, at: '2026-01-01T00:00:02Z' },
    ];
    expect(told(serviceItem('shop'), ...tasks)).toMatchObject({
      trouble: 'pending: no suitable node (1 node not available)',
    });
    expect(told(serviceItem('shop'), ...tasks.slice(0, 1), { container: 'a' })).toMatchObject({
      trouble: null,
    });
  });
});

describe('of a job', () => {
  const troubleOf = (...tasks: readonly SaidTask[]) =>
    parseService([...serviceTexts(stateOf(tasks)).values()].join())?.trouble;
  const waiting = {
    ...{ desired: 'complete', state: 'pending', problem: 'no suitable node' },
    at: '2026-01-01T00:00:01Z',
  };
  const done = { desired: 'complete', state: 'complete' };
  const failed = { desired: 'shutdown', state: 'failed', problem: 'task: non-zero exit (1)' };

  test('what keeps it from running is told', () => {
    expect(troubleOf(done, failed, waiting)).toBe('pending: no suitable node');
  });

  test.for(['running', 'complete'])('nothing is told where it is %s', (state) => {
    expect(troubleOf(done, failed, { desired: 'complete', state })).toBeNull();
  });
});

describe('unknown is not empty', () => {
  test.for([
    ['no list', {}],
    ['null', null],
    ['an item without its state', [taskItem({}), { ServiceID: 'a', DesiredState: 'running' }]],
    ['an item that is none', [taskItem({}), 'task']],
  ] as const)('tasks that are %s tell nothing at all', ([, reply]) => {
    expect(narrowTasks(reply)).toBeNull();
  });

  test('nor do services without a name, and nodes without a state', () => {
    expect(narrowServices([serviceItem('shop'), { ID: 'other' }])).toBeNull();
    expect(narrowUpNodes([{ ID: 'node1' }])).toBeNull();
  });

  test('a node that is down or of an unknown state is not up', () => {
    const nodes = ['ready', 'down', 'unknown', 'disconnected'].map((State) => ({
      ...{ ID: State, Status: { State } },
    }));
    expect(narrowUpNodes(nodes)).toEqual(new Set(['ready']));
  });
});
