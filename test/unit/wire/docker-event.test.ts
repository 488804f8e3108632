import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDockerEvent } from '../../../src/wire/docker-event.ts';
import { finish, MAX_SENT_BYTES } from '../../../src/wire/encode.ts';
import { ENGINE_VERSIONS, recorded } from '../../fakes/recorded.ts';
import { anyJson, anyText, runs, spoil, spoilings } from '../../parts/arbitraries.ts';

const LARGEST_STAMP = { seq: Number.MAX_SAFE_INTEGER, boot: 'f'.repeat(16) };
const ID = '3bb7878b4235f0debc017b9a84e19512ec8dba386329c2d8265706f9d378c4de';
const MODERN = {
  Type: 'container',
  Action: 'start',
  Actor: { ID, Attributes: { image: 'bb:1', name: 'x' } },
  scope: 'local',
  time: 1795375328,
  timeNano: 1795375328653576,
};

const datagram = (line: string) => {
  const event = readDockerEvent(line);
  if (event === null) throw new Error(`no event: ${line}`);
  return finish(event.datagram, LARGEST_STAMP, 'secret');
};
const say = (event: unknown) => JSON.parse(datagram(JSON.stringify(event)));

describe('readDockerEvent', () => {
  test('says an event without status, id and from as one with them, filled from Actor and Action', () => {
    const old = { status: 'start', id: ID, from: 'bb:1', ...MODERN };
    expect(say(MODERN).kwargs).toEqual({ id: ID, from: 'bb:1', ...MODERN });
    expect(say(old).kwargs).toEqual(say(MODERN).kwargs);
    expect(say(MODERN)).toMatchObject({ name: 'container_started', channels: ['docker'] });
  });

  test.each(ENGINE_VERSIONS)(
    'gives every recorded event of Docker %s what plugins of 2015 read',
    (engine) => {
      const events = Object.values(recorded(engine).events).flat();
      expect(events.length).toBeGreaterThan(8);
      for (const event of events) {
        const { name, kwargs } = say(event);
        expect(name).toMatch(/^[a-z]+_[a-z_]+$/);
        const { Type, Action, Actor, time, timeNano } = event as unknown as typeof MODERN;
        const from = Type === 'container' ? Actor.Attributes.image : '';
        expect(kwargs).toMatchObject({ id: Actor.ID, from, Type, Action, Actor, time, timeNano });
        expect(kwargs).not.toHaveProperty('status');
      }
    },
  );

  test('keeps the last digit of the nanoseconds, which JavaScript cannot', () => {
    const line = JSON.stringify(MODERN).replace(/"timeNano":\d+/, '"timeNano":1795375328653576279');
    expect(datagram(line)).toContain('"timeNano":1795375328653576279,');
    const label = { ...MODERN, Actor: { ID, Attributes: { timeNano: '1', a: '"timeNano":2' } } };
    expect(datagram(JSON.stringify(label))).toContain('"timeNano":1795375328653576,');
  });

  test('gives an event that lacks one time the other', () => {
    const { timeNano: _nano, ...seconds } = MODERN;
    const { time: _time, ...nano } = MODERN;
    expect(say(seconds).kwargs.timeNano).toBe(1795375328e9);
    expect(say({ ...nano, timeNano: 1795375328653576200 }).kwargs.time).toBe(1795375328);
  });

  test('drops the attributes down to image and name when the datagram would be too large, and says so', () => {
    const Attributes = { image: 'bb:1', name: 'x', label: 'y'.repeat(1_400) };
    const { kwargs } = say({ ...MODERN, Actor: { ID, Attributes } });
    expect(kwargs.truncated).toBe(true);
    expect(kwargs.Actor).toEqual({ ID, Attributes: { image: 'bb:1', name: 'x' } });
    expect(kwargs.id).toBe(ID);
  });

  test('says nothing of truncation up to the last byte that fits', () => {
    const sized = (length: number) => {
      const Attributes = { image: 'bb:1', name: 'x', label: 'y'.repeat(length) };
      return datagram(JSON.stringify({ ...MODERN, Actor: { ID, Attributes } }));
    };
    const room = MAX_SENT_BYTES - Buffer.byteLength(sized(0));
    expect(Buffer.byteLength(sized(room))).toBe(MAX_SENT_BYTES);
    expect(sized(room)).not.toContain('truncated');
    expect(sized(room + 1)).toContain('"truncated":true');
  });

  test('cuts a long command to its beginning', () => {
    const { name, kwargs } = say({ ...MODERN, Action: `exec_create: ${'x'.repeat(2_000)}` });
    expect(name).toBe('container_exec_create');
    expect(kwargs).toMatchObject({ id: ID, truncated: true, Actor: { ID } });
    expect(kwargs.Action).toBe(`exec_create: ${'x'.repeat(287)}`);
  });

  test('never makes a datagram of more than 1,400 bytes, whatever an event holds', () => {
    const event = fc.record({
      ...{ Type: anyText, Action: anyText, id: anyText, from: anyText, scope: anyText },
      Actor: fc.record({
        ID: anyText,
        Attributes: fc.dictionary(fc.oneof(fc.constantFrom('image', 'name'), anyText), anyText),
      }),
    });
    fc.assert(
      fc.property(event, (given) => {
        expect(Buffer.byteLength(datagram(JSON.stringify(given)))).toBeLessThanOrEqual(
          MAX_SENT_BYTES,
        );
      }),
      runs(200),
    );
  });

  test('takes nothing for an event that is not one, and throws at nothing', () => {
    for (const line of [
      null,
      '',
      '{',
      'null',
      '[]',
      '{}',
      '{"Type":"container"}',
      '{"Action":1}',
    ]) {
      expect(readDockerEvent(line)).toBeNull();
    }
    fc.assert(
      fc.property(anyJson, spoilings, (json, parts) => {
        readDockerEvent(`${JSON.stringify(json)}`);
        readDockerEvent(`${JSON.stringify(spoil(MODERN, parts))}`);
      }),
      runs(300),
    );
  });
});
