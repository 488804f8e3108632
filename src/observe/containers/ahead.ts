import type { AheadNote } from '../../model/ahead.ts';
import type { Inspections } from './inspections.ts';
import type { Lives } from './lives.ts';
import type { Stops } from './stops.ts';

/** What events say ahead of the list, as an input of the observation. All of it is derived: losing it costs time alone. */
export interface Ahead {
  heed(note: AheadNote): void;
}

/** Knows of nothing yet. */
export function createAhead(
  inspections: Pick<Inspections, 'foresee'>,
  stops: Pick<Stops, 'started' | 'signalled'>,
  lives: Pick<Lives, 'started'>,
): Ahead {
  return {
    heed(note) {
      switch (note.kind) {
        case 'created':
          inspections.foresee(note.id);
          break;
        case 'started':
          stops.started(note.id, note.at);
          lives.started(note.id, note.at);
          break;
        case 'signalled':
          stops.signalled(note.id, note.signal, note.at);
      }
    },
  };
}
