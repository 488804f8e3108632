import { describe, expect, test } from 'vitest';
import { narrowNetworks } from '../../../../src/observe/containers/network-line.ts';

const GATEWAY = 'com.docker.network.bridge.gateway_mode_';
const INHIBIT = 'com.docker.network.bridge.inhibit_ipv4';
const bridge = (options: Record<string, string>) => ({
  ...{ Name: 'web', Id: 'id', Driver: 'bridge', Scope: 'local', Ingress: false },
  Options: options,
});

describe('what engines say of a network', () => {
  test.for([
    ['a bridge', bridge({}), null, null],
    ['an internal bridge', { ...bridge({}), Internal: true }, null, null],
    ['a bridge in routed mode', bridge({ [`${GATEWAY}ipv4`]: 'routed' }), null, null],
    ['one in isolated mode for IPv4', bridge({ [`${GATEWAY}ipv4`]: 'isolated' }), 'isolated', null],
    ['one in isolated mode for IPv6', bridge({ [`${GATEWAY}ipv6`]: 'isolated' }), null, 'isolated'],
    ['a bridge without an address', bridge({ [INHIBIT]: 'true' }), 'inhibited', null],
    ['one that says so in another way', bridge({ [INHIBIT]: '1' }), 'inhibited', null],
    ['one that says that it has one', bridge({ [INHIBIT]: 'false' }), null, null],
    ['the network of the host', { ...bridge({}), Driver: 'host' }, null, null],
    ['a driver that nobody knows', { ...bridge({}), Driver: 'weave' }, null, null],
    ['macvlan', { ...bridge({}), Driver: 'macvlan' }, 'macvlan', 'macvlan'],
    ['ipvlan', { ...bridge({}), Driver: 'ipvlan' }, 'ipvlan', 'ipvlan'],
    ['an overlay', { ...bridge({}), Driver: 'overlay', Scope: 'swarm' }, 'overlay', 'overlay'],
    ['a plugin of Swarm', { ...bridge({}), Driver: 'x', Scope: 'swarm' }, 'overlay', 'overlay'],
    [
      'the ingress network',
      { ...bridge({}), Driver: 'overlay', Scope: 'swarm', Ingress: true },
      'ingress',
      'ingress',
    ],
    ['a network without options', { ...bridge({}), Options: null }, null, null],
  ] as const)('%s', ([, network, ipv4, ipv6]) => {
    const read = narrowNetworks([network]);

    expect(read?.get('id')).toEqual({ ipv4, ipv6 });
    expect(read?.get('web'), 'by its name, too').toEqual({ ipv4, ipv6 });
  });

  test.for([[{}], [null], ['[]']])('%j is not a list of networks', ([reply]) => {
    expect(narrowNetworks(reply)).toBeNull();
  });

  test.for([[null], [{ Name: 'web' }], ['web'], [{ Id: 1, Name: 'web' }]])(
    'one that is %j is not told, and keeps no other from being told',
    ([item]) => {
      const networks = narrowNetworks([item, bridge({ [INHIBIT]: 'true' })]);
      expect([...(networks?.keys() ?? [])]).toEqual(['web', 'id']);
    },
  );
});
