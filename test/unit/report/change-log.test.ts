import { describe, expect, test } from 'vitest';
import { logChanges } from '../../../src/report/change-log.ts';
import { change, keptLog, passThatDid } from './world.ts';

const A = 'aaaaaaaaaaaa';
const B = 'bbbbbbbbbbbb';
const REASONS = new Set(['event', 'settle'] as const);

describe('the log of changes', () => {
  test('has one line for each frontend: vhost, backends, containers, triggers', () => {
    const { lines, log } = keptLog();
    const pass = passThatDid(
      [
        change('create', 'a.test', null, { 'http://10.0.0.1:80': [A] }),
        change('update', 'b.test', { 'http://10.0.0.1:80': [A] }, { 'http://10.0.0.2:80': [B, B] }),
      ],
      { [A]: 'web', [B]: 'api' },
    );
    logChanges(log, { pass, before: null, reasons: REASONS });
    expect(lines).toMatchObject([
      {
        msg: 'Route changed',
        pass: '7',
        triggers: ['event', 'settle'],
        change: 'create',
        vhost: 'a.test',
        added: ['http://10.0.0.1:80'],
        containers: ['web'],
        plan: '+ create  a.test  + http://10.0.0.1:80',
      },
      {
        change: 'update',
        added: ['http://10.0.0.2:80'],
        removed: ['http://10.0.0.1:80'],
        containers: ['api', 'web'],
      },
    ]);
    expect(lines).toHaveLength(2);
    expect(lines[0]).not.toHaveProperty('removed');
  });

  test('names a container that is gone as the pass before knew it, else by its id', () => {
    const { lines, log } = keptLog();
    const deletes = [
      change('delete', 'a.test', { 'http://10.0.0.1:80': [A] }, null),
      change('delete', 'b.test', { 'http://10.0.0.2:80': [B] }, null),
    ];
    const before = passThatDid([], { [A]: 'web' });
    logChanges(log, { pass: passThatDid(deletes), before, reasons: REASONS });
    expect(lines).toMatchObject([{ containers: ['web'] }, { containers: [B] }]);
  });

  test('names the containers of a claim, which moves no backend', () => {
    const { lines, log } = keptLog();
    const backends = { 'http://10.0.0.1:80': [A] };
    const pass = passThatDid([change('claim', 'a.test', backends, backends)], { [A]: 'web' });
    logChanges(log, { pass, before: null, reasons: REASONS });
    expect(lines).toMatchObject([{ change: 'claim', vhost: 'a.test', containers: ['web'] }]);
  });

  test('says nothing of what another pass had done already', () => {
    const { lines, log } = keptLog();
    const changes = [
      change('create', 'a.test', null, { 'http://10.0.0.1:80': [A] }),
      change('create', 'b.test', null, { 'http://10.0.0.1:80': [A] }),
    ];
    logChanges(log, { pass: passThatDid(changes, {}, ['b.test']), before: null, reasons: REASONS });
    logChanges(log, { pass: passThatDid(changes, {}, []), before: null, reasons: REASONS });
    expect(lines.map(({ vhost }) => vhost)).toEqual(['b.test']);
  });

  test('leaves none of many changes out', () => {
    const { lines, log } = keptLog();
    const changes = Array.from({ length: 250 }, (_, n) =>
      change('create', `h${n}.test`, null, { 'http://10.0.0.1:80': [A] }),
    );
    logChanges(log, { pass: passThatDid(changes), before: null, reasons: REASONS });
    expect(lines.map(({ vhost }) => vhost)).toEqual(changes.map(({ vhost }) => vhost));
  });
});
