import type {
  ActionPerformer,
  CaseStore,
  Clock,
  Digest,
  JsonObject,
  KillStore,
  ReviewStore,
} from '@counterfoil/core';
import type { AutonomyLevel, PolicyBundle } from '@counterfoil/guard';
import type { ActionRegistry } from '../registry/registry.ts';
import type { ProofDependencies } from './proofs.ts';

/** Everything that the executor decides upon. Trust, policies and performers are its own; nothing comes from the agent. */
export interface ExecuteDependencies extends ProofDependencies {
  readonly cases: CaseStore;
  readonly reviews: ReviewStore;
  readonly kills: KillStore;
  /** Enrolments exactly as submitted; the guard judges them. */
  readonly enrolments: () => Promise<readonly JsonObject[]>;
  readonly performers: ActionRegistry<ActionPerformer>;
  readonly bundle: PolicyBundle;
  readonly autonomy: AutonomyLevel;
  readonly clock: Clock;
  readonly grantTtlMs: number;
  /** Told of an action that a kill stopped; it stays approved and is tried again when the kill is lifted. */
  readonly onParked?: (digest: Digest) => void;
}
