import type { ProfileName, StatusName } from './cases/case.ts';

/** What a proxy answers where hipache's family differs by design. */
export interface Profile {
  readonly name: ProfileName;
  /** `closed`: it ends the connection without an answer. */
  readonly statuses: Readonly<Record<StatusName, number | 'closed'>>;
  /** How the URL of a dead message ends after the text that stands in the list. */
  readonly messageSuffix: '' | '/';
}

/** Ours, hipache 0.4.0 and planb 0.1.15, as they were measured. */
export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  autodock: {
    name: 'autodock',
    statuses: {
      'bad host': 400,
      unknown: 404,
      held: 503,
      'all dead': 502,
      unreachable: 502,
      'wrong type': 502,
      slow: 504,
    },
    messageSuffix: '',
  },
  hipache: {
    name: 'hipache',
    statuses: {
      'bad host': 400,
      unknown: 400,
      held: 502,
      'all dead': 502,
      unreachable: 502,
      'wrong type': 'closed',
      slow: 'closed',
    },
    messageSuffix: '/',
  },
  planb: {
    name: 'planb',
    statuses: {
      'bad host': 400,
      unknown: 400,
      held: 400,
      'all dead': 503,
      unreachable: 503,
      'wrong type': 503,
      slow: 503,
    },
    messageSuffix: '',
  },
};
