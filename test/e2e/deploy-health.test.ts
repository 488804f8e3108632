import { expect, test } from 'vitest';
import { runPieces } from '../parts/deploy-pieces.ts';

test.for([
  // It looks at what is new no sooner than at anything else.
  ['20.10.24+dfsg1', '', '10s'],
  ['24.0.9', '', '10s'],
  ['25.0.0', '', '20s'],
  ['100.0.0', '', '20s'],
  ['20.10.24+dfsg1', '3s', '3s'],
  ['28.5.2', '1m', '1m0s'],
] as const)(
  'an engine %s runs health checks, wanted each %j, each %s',
  ([version, wanted, each]) => {
    const { code, stdout, stderr } = runPieces(
      `ENGINE_VERSION=${version}; use_health_interval; ask_compose; compose --profile https --profile monitoring config`,
      { OPTIONS: '', ...(wanted === '' ? {} : { AUTODOCK_HEALTH_INTERVAL: wanted }) },
    );

    expect(code, stderr).toBe(0);
    const [services = ''] = stdout.split('\nx-');
    expect(services.match(/interval: .*/g)).toEqual(Array(8).fill(`interval: ${each}`));
    // Of a busy host.
    expect(services.match(/timeout: .*/g)).toEqual(Array(8).fill('timeout: 15s'));
  },
);
