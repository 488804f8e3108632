import { createDesire } from '../desire/desire.ts';
import { heldWithoutAddresses } from '../desire/held.ts';
import { type GuardState, guard } from '../diff/guard.ts';
import { type ShortId, shortId } from '../model/ids.ts';
import type { Workload } from '../model/workload.ts';
import type { Stages } from '../reconcile.ts';
import { areClaimsOld } from './claims-age.ts';
import { holdersOf } from './holders.ts';
import { desireSettings } from './node.ts';
import type { StageClients, StageMode } from './stage-mode.ts';

/** The stages between what is read of Redis and the plan for it. */
type Wants = Pick<Stages, 'looks' | 'observe' | 'desire' | 'guard'>;

/** What a pass of this kind wants, and of whom it is asked. */
export function wantsOf(clients: StageClients, mode: StageMode): Wants {
  switch (mode.wants) {
    case 'all':
      return wantsAll(clients, mode);
    case 'held':
      return wantsHeld(clients);
    case 'nothing':
      return WANTS_NOTHING;
  }
}

const WANTS_NOTHING: Wants = {
  looks: false,
  observe: async () => [],
  desire: () => ({ frontends: new Map(), verdicts: [] }),
  guard: (plan) => ({ plan, putOff: [], state: { refusingSince: null } }),
};

function wantsHeld({ config, node }: StageClients): Wants {
  const { hostAddress } = desireSettings(config, node);
  return {
    ...WANTS_NOTHING,
    desire: ({ claimed }) => ({
      frontends: heldWithoutAddresses(claimed, hostAddress),
      verdicts: [],
    }),
  };
}

function wantsAll(clients: StageClients, mode: StageMode): Wants {
  const { config, owner, node, workloads, tasks, boot, now } = clients;
  const desire = createDesire();
  const settings = desireSettings(config, node);
  let guardState: GuardState = { refusingSince: null };
  return {
    looks: true,
    observe: async (isRouted) => {
      const seen = await workloads.observe({ patienceMs: mode.patienceMs, isRouted });
      return node === null ? seen : tasks.complete(seen, owner);
    },
    desire: ({ opening, ...seen }) => {
      const { drains } = opening;
      return desire({ ...seen, drains, areClaimsOld: areClaimsOld(opening, boot), settings });
    },
    guard: (plan, { workloads: seen, drains, frontends, redisNow }) => {
      const context = { owner, now: redisNow, holdMs: mode.holdMs };
      const holders = () => holdersOf(seen);
      const calledOff = () => new Set([...leavingAmong(seen), ...drains.keys()]);
      const known = { observed: frontends, context, holders, calledOff };
      const input = { state: guardState, now: now(), ...known };
      const decision = guard(plan, config.guard, input);
      guardState = decision.state;
      return decision;
    },
  };
}

/** Who was told to stop, or was overtaken. */
function leavingAmong(workloads: readonly Workload[]): readonly ShortId[] {
  const leaving = workloads.filter(
    (workload) =>
      workload.kind !== 'unreadable' &&
      (workload.state === 'stopping' || workload.overtaken !== undefined),
  );
  return leaving.map(({ id }) => shortId(id));
}
