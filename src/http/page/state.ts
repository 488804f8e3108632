import type { ShownChange } from '../../answers/changes.ts';
import type { ShownContainer } from '../../answers/containers.ts';
import type { PlanAnswer } from '../../answers/plan.ts';
import type { ShownRoute } from '../../answers/routes.ts';
import type { StatusAnswer } from '../../answers/status.ts';

/** The present plan, or why there is none. */
export type PlanState =
  | ({ readonly kind: 'plan' } & Pick<PlanAnswer, 'owner' | 'text'>)
  | { readonly kind: 'problem'; readonly detail: string };

/** Whether the controller is heard. */
export type Connection = 'connecting' | 'live' | 'lost';

/** All that the page shows. What was never answered is null. */
export interface PageState {
  readonly connection: Connection;
  /** When it became so, milliseconds since 1970. */
  readonly connectionSince: number;
  readonly status: StatusAnswer | null;
  readonly routes: readonly ShownRoute[] | null;
  /** When the routes were asked for, milliseconds since 1970. */
  readonly routesAt: number;
  readonly containers: readonly ShownContainer[] | null;
  readonly changes: readonly ShownChange[] | null;
  readonly plan: PlanState | null;
  readonly planAt: number;
}
