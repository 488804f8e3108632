import { expect, test } from 'vitest';
import { predict } from '../../../src/diff/predict.ts';
import type { Claim, FrontendList, ObservedFrontend } from '../../../src/model/frontend.ts';
import type { BackendUrl } from '../../../src/model/ids.ts';
import {
  A,
  ABSENT,
  B,
  backed,
  EMPTY_CLAIMS,
  HOLD_MS,
  held,
  list,
  ME,
  NOW,
  OTHER,
  writeOf,
} from './prediction.ts';

interface Row {
  readonly title: string;
  readonly list: FrontendList;
  readonly mine?: Claim;
  readonly other?: Claim;
  readonly want?: readonly BackendUrl[];
  readonly asked?: true;
  readonly holdMs?: number;
  readonly kind: string;
  readonly after?: readonly string[] | null;
}

const ROWS: readonly Row[] = [
  { title: 'nothing and nothing wanted', list: ABSENT, kind: 'none' },
  {
    title: 'a frontend is created under the given identifier',
    list: ABSENT,
    want: [A],
    kind: 'create',
    after: ['new', A],
  },
  {
    title: 'in sync',
    list: list(A),
    mine: backed(A),
    want: [A],
    kind: 'none',
  },
  {
    title: 'an identifier that is there stays',
    list: list(A),
    mine: backed(A),
    want: [A, B],
    kind: 'update',
    after: ['app', A, B],
  },
  {
    title: 'a foreign copy of a wanted backend is claimed',
    list: list(A),
    want: [A],
    kind: 'claim',
    after: ['app', A],
  },
  {
    title: 'another container behind the same URL is a claim',
    list: list(A),
    mine: { backends: new Map([[A, ['bbbbbbbbbbbb']]]), heldSince: null },
    want: [A],
    kind: 'claim',
    after: ['app', A],
  },
  {
    title: 'the last backend goes: held',
    list: list(A),
    mine: backed(A),
    kind: 'hold',
    after: ['app'],
  },
  {
    title: 'the last backend goes and hold is off: deleted',
    list: list(A),
    mine: backed(A),
    holdMs: 0,
    kind: 'delete',
    after: null,
  },
  {
    title: 'a foreign backend stays, and the vhost is not held',
    list: list(A, B),
    mine: backed(A),
    kind: 'update',
    after: ['app', B],
  },
  {
    title: 'what we claim is gone already, and a foreign backend stands there',
    list: list(B),
    mine: backed(A),
    kind: 'release',
    after: ['app', B],
  },
  { title: 'held and the hold lasts', list: list(), mine: held(NOW - 9_999), kind: 'none' },
  {
    title: 'held and the hold is over',
    list: list(),
    mine: held(NOW - HOLD_MS),
    kind: 'delete',
    after: null,
  },
  {
    title: 'held for long, and a container still asks for it',
    list: list(),
    mine: held(1),
    asked: true,
    kind: 'none',
  },
  {
    title: 'a key that somebody deleted is held again while a container asks for it',
    list: ABSENT,
    mine: held(1),
    asked: true,
    kind: 'hold',
    after: ['new'],
  },
  {
    title: 'a key that somebody deleted is not held again otherwise',
    list: ABSENT,
    mine: held(NOW - 1),
    kind: 'release',
    after: null,
  },
  {
    title: 'our hold ends, and another owner holds the vhost',
    list: list(),
    mine: held(1),
    other: held(NOW),
    kind: 'release',
    after: ['app'],
  },
  {
    title: 'an identifier alone that we never claimed is not touched',
    list: list(),
    kind: 'none',
  },
  {
    title: 'an identifier alone that we never claimed is held while a container asks for it',
    list: list(),
    asked: true,
    kind: 'claim',
    after: ['app'],
  },
  {
    title: 'a held vhost gets a backend',
    list: list(),
    mine: held(NOW),
    want: [A],
    kind: 'update',
    after: ['app', A],
  },
  {
    title: 'foreign URLs came into a held vhost',
    list: list(B),
    mine: held(NOW),
    asked: true,
    kind: 'release',
    after: ['app', B],
  },
];

test.each(ROWS)('$title: $kind', (row) => {
  const claims = new Map(EMPTY_CLAIMS);
  if (row.mine) claims.set(ME, row.mine);
  if (row.other) claims.set(OTHER, row.other);
  const observed: ObservedFrontend = { vhost: 'a.local', list: row.list, claims };
  const context = { owner: ME, now: NOW, holdMs: row.holdMs ?? HOLD_MS };

  const prediction = predict(observed, writeOf(row.want, row.asked), context);

  expect(prediction.kind).toBe(row.kind);
  const after = 'after' in prediction ? prediction.after : undefined;
  const text = after ? [after.identifier, ...after.entries] : after;
  expect(text).toEqual(row.after);
});
