import { expect, test } from 'vitest';
import { predict } from '../../../src/diff/predict.ts';
import type { Claim, ObservedFrontend } from '../../../src/model/frontend.ts';
import type { Owner } from '../../../src/model/ids.ts';
import { A, backed, EMPTY_CLAIMS, list, ME, NOW, OTHER, writeOf } from './prediction.ts';

test('a key of another type is a fault that names the key and the type', () => {
  const observed: ObservedFrontend = {
    vhost: 'a.local',
    list: { kind: 'wrong-type', type: 'string' },
    claims: EMPTY_CLAIMS,
  };

  expect(predict(observed, writeOf([A]), { owner: ME, now: NOW, holdMs: 0 })).toEqual({
    kind: 'fault',
    fault: {
      vhost: 'a.local',
      key: 'frontend:a.local',
      problem: 'holds a value of type string, not a list',
    },
  });
});

test('a list with more backends than are read is a fault that names the key', () => {
  const observed: ObservedFrontend = {
    vhost: 'a.local',
    list: { kind: 'too-long' },
    claims: EMPTY_CLAIMS,
  };

  expect(predict(observed, writeOf([A]), { owner: ME, now: NOW, holdMs: 0 })).toEqual({
    kind: 'fault',
    fault: {
      vhost: 'a.local',
      key: 'frontend:a.local',
      problem: 'holds more than 10000 backends',
    },
  });
});

test("malformed claims are a fault that names the owner's key, also another owner's", () => {
  const claims = new Map<Owner, Claim | 'malformed'>([
    [ME, backed(A)],
    [OTHER, 'malformed'],
  ]);

  const prediction = predict({ vhost: 'a.local', list: list(A), claims }, writeOf([A]), {
    owner: ME,
    now: NOW,
    holdMs: 0,
  });

  expect(prediction).toMatchObject({ kind: 'fault', fault: { key: 'autodock:owner:other' } });
});
