import type { Money } from '../kernel/money.ts';
import type { CostElement } from '../signal/signal.ts';

/** One element of the localised root cause. `share` is its part of the anomaly's change, 0…1 rounded to four digits. */
export interface RootCause {
  readonly element: CostElement;
  readonly deltaPerDay: Money;
  readonly share: number;
  /** Method score in 0…1, higher is surer. */
  readonly score: number;
  /** Resources behind the element, dearest first, at most 20. */
  readonly resources: readonly { readonly resourceId: string; readonly deltaPerDay: Money }[];
}

/** One read that the investigation made, whether it answered or not. */
export interface Observation {
  /** Stable id within the case, `obs-1`, `obs-2`, … */
  readonly observationId: string;
  readonly tool: string;
  /** Plain sentence saying what was asked. */
  readonly question: string;
  readonly status: 'answered' | 'no_data' | 'failed' | 'truncated';
  /** Plain sentence with the figures that matter; figures come from `facts`. */
  readonly finding: string;
  readonly facts: { readonly [name: string]: string | number | boolean | null };
  /** Lake query id or API call that can be repeated to get the same figures. */
  readonly source: string;
}

/** What could not be seen. Anything here makes the conclusion incomplete. */
export interface Gap {
  readonly tool: string;
  readonly code: string;
  readonly note: string;
}

/** What the investigation holds and what it could not see. An incomplete conclusion proposes nothing that acts on the cloud. */
export interface Conclusion {
  /** Id of the best supported cause of the catalogue (`causes/`), or `unexplained`. */
  readonly causeId: string;
  /** One paragraph for people, built by template from observations. */
  readonly summary: string;
  readonly rootCauses: readonly RootCause[];
  /** Supporting observation ids, and refuting ones for the causes that were ruled out. */
  readonly evidence: readonly {
    readonly causeId: string;
    readonly verdict: 'supported' | 'refuted' | 'undecided';
    readonly score: number;
    readonly observationIds: readonly string[];
  }[];
  readonly observations: readonly Observation[];
  readonly completeness: { readonly complete: boolean; readonly gaps: readonly Gap[] };
}
