import { describe, expect, test } from 'vitest';
import { membershipOf } from '../../../src/clients/docker-shapes.ts';
import { calledIn, desireSettings, nodeOf, sameNode } from '../../../src/pass/node.ts';
import { loadFrom } from '../config/load-from.ts';

const ENGINE = { id: 'id-1', name: 'here' };
const ACTIVE = { LocalNodeState: 'active', NodeID: 'node-1', NodeAddr: '10.99.0.12' };

function session(swarm: unknown) {
  return { engine: ENGINE, membership: membershipOf(swarm) };
}

describe('the node', () => {
  test('is what the engine says, where it is meant to be one', () => {
    expect(nodeOf({ swarm: true }, session(ACTIVE))).toEqual({
      id: 'node-1',
      address: '10.99.0.12',
    });
  });

  test('names its engine for others, as hosts of several nodes may have one name', () => {
    const node = nodeOf({ swarm: true }, session(ACTIVE));
    expect(calledIn(ENGINE, node)).toEqual({ id: 'id-1', name: 'here at 10.99.0.12' });
    expect(calledIn(ENGINE, null)).toEqual(ENGINE);
  });

  test('is not asked for by default, so that who makes a swarm of a host keeps the owner', () => {
    expect(nodeOf({ swarm: false }, session(ACTIVE))).toBeNull();
  });

  test.for([
    ['inactive', { LocalNodeState: 'inactive', NodeID: '', NodeAddr: '' }],
    ['of an engine without Swarm', undefined],
  ] as const)('that is %s ends the program with what to do', ([, swarm]) => {
    expect(() => nodeOf({ swarm: true }, session(swarm))).toThrow(
      'Docker: the engine here is in no swarm, and AUTODOCK_SWARM is true; run docker swarm init (or join) there, or leave AUTODOCK_SWARM out',
    );
  });

  test.for([
    [{ ...ACTIVE, LocalNodeState: 'pending' }],
    [{ ...ACTIVE, LocalNodeState: 'locked' }],
    [{ ...ACTIVE, NodeID: '' }],
  ] as const)('that is not told yet is waited for: %j', ([swarm]) => {
    expect(() => nodeOf({ swarm: true }, session(swarm))).toThrow(/is not a node of its swarm yet/);
    expect(() => sameNode({ id: 'node-1', address: '10.99.0.12' }, session(swarm))).not.toThrow();
  });

  test.for([
    ['joined anew', { ...ACTIVE, NodeID: 'node-2' }],
    ['has another address', { ...ACTIVE, NodeAddr: '10.99.0.13' }],
  ] as const)('that %s ends the program', ([, swarm]) => {
    expect(() => sameNode({ id: 'node-1', address: '10.99.0.12' }, session(swarm))).toThrow(
      /the node changed while running: it was node-1 \(10\.99\.0\.12\).*autodock release --owner node-1/,
    );
  });
});

describe('what decides on a node', () => {
  const node = { id: 'node-1', address: '10.99.0.12' };

  test('is its own address for ports of the host, and the network of the stack', () => {
    const { config } = loadFrom({ env: { AUTODOCK_SWARM: 'true' } });

    expect(desireSettings(config, node)).toMatchObject({
      hostAddress: '10.99.0.12',
      networks: ['autodock'],
      isSwarm: true,
    });
  });

  test('is what was set, where it is not an address that every node has', () => {
    const env = {
      AUTODOCK_SWARM: 'true',
      AUTODOCK_HOST_ADDRESS: '192.0.2.7',
      AUTODOCK_NETWORKS: 'web',
    };
    const { config } = loadFrom({ env });

    expect(desireSettings(config, node)).toMatchObject({
      hostAddress: '192.0.2.7',
      networks: ['web'],
    });
  });

  test('changes nothing on a host of its own', () => {
    const { config } = loadFrom({});

    expect(desireSettings(config, null)).toMatchObject({
      hostAddress: '127.0.0.1',
      networks: [],
      isSwarm: false,
    });
  });
});
