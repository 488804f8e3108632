/** The answers of the HTTP API, as far as tests look at them. Written from the contract, not from `src`. */
export interface StatusAnswer {
  readonly version: string;
  readonly owner: string | null;
  readonly engine: {
    readonly id: string;
    readonly name: string;
    readonly apiVersion: string;
  } | null;
  readonly docker: ConditionAnswer & {
    readonly eventStream: {
      readonly enabled: boolean;
      readonly up: boolean;
      readonly since: string;
    };
  };
  readonly redis: ConditionAnswer & { readonly address: string };
  readonly lastPass: {
    readonly at: string;
    readonly result: string;
    readonly durationMs: number;
    readonly reasons: readonly string[];
    readonly error: string | null;
  } | null;
  readonly lastSuccessAt: string | null;
  readonly passes: number;
  readonly guard: {
    readonly refusing: boolean;
    readonly since: string | null;
    readonly vhosts: readonly string[];
  } | null;
  readonly otherOwners: readonly { readonly owner: string; readonly lastPassAt: string }[];
  readonly unknown: readonly string[];
  readonly faults: readonly {
    readonly vhost: string;
    readonly key: string;
    readonly problem: string;
  }[];
  readonly ready: { readonly ok: boolean; readonly reason: string | null };
}

export interface ConditionAnswer {
  readonly up: boolean;
  readonly since: string;
  readonly error: string | null;
}

export interface RoutesAnswer {
  readonly routes: readonly {
    readonly vhost: string;
    readonly identifier: string | null;
    readonly held: boolean;
    readonly backends: readonly {
      readonly url: string;
      readonly owner: 'self' | 'other' | 'foreign';
      readonly containers: readonly string[];
    }[];
  }[];
}

export interface ContainersAnswer {
  readonly containers: readonly {
    readonly id: string;
    readonly name: string;
    readonly verdict: string;
    readonly routes: readonly {
      readonly vhost: string;
      readonly url: string;
      readonly weight: number;
    }[];
    readonly rejections: readonly {
      readonly reason: string;
      readonly vhost: string | null;
      readonly detail: string;
      readonly remedy: string;
    }[];
    readonly hints: readonly string[];
  }[];
}

export interface PlanAnswer {
  readonly changes: readonly { readonly kind: string; readonly vhost: string }[];
  readonly text: string;
}
