import type { Json, JsonObject } from '../kernel/json.ts';
import type { Money } from '../kernel/money.ts';

/** `sha256:` and 64 lower-case hex digits. */
export type Digest = `sha256:${string}`;

/** How far an effect can be taken back. */
export type Reversibility = 'reversible' | 'compensable' | 'irreversible';

/** Integrity and confidentiality of a value, set by connectors per API field (facts: governance 5). */
export interface Label {
  /** 0 untrusted text · 1 endorsed typed value · 2 trusted. */
  readonly integrity: 0 | 1 | 2;
  /** 0 public · 1 internal · 2 confidential · 3 secret. */
  readonly confidentiality: 0 | 1 | 2 | 3;
  readonly scopes: readonly string[];
  /** Observation ids that the value was derived from. */
  readonly sources: readonly string[];
}

/** The state of one target at the time of proposing; drift before execution means a new approval. */
export interface Precondition {
  readonly target: string;
  readonly stateSha256: string;
  /** The state in words and values, for the card. */
  readonly state: JsonObject;
}

export interface BlastRadius {
  readonly targets: readonly string[];
  readonly accounts: readonly string[];
  /** One sentence: who or what feels it. */
  readonly note: string;
}

export interface UndoPlan {
  readonly reversibility: Reversibility;
  /** Steps in words; empty for an irreversible action. */
  readonly steps: readonly string[];
}

/**
 * Everything that an approval binds. The digest is taken over its canonical JSON (RFC 8785), so what is
 * shown on the card, what is signed and what runs are the same bytes.
 */
export interface ActionBinding {
  readonly v: 1;
  readonly actionId: string;
  readonly caseId: string;
  readonly tenant: string;
  /** Cloud account that is changed, or `-` for an action outside any account. */
  readonly account: string;
  readonly region: string;
  readonly kind: string;
  readonly parametersSchemaSha256: string;
  readonly parameters: JsonObject;
  /** One label per parameter. */
  readonly parameterLabels: { readonly [parameter: string]: Label };
  readonly preconditions: readonly Precondition[];
  /** What will happen, in words, from the action kind's own preview. */
  readonly preview: string;
  readonly blastRadius: BlastRadius;
  readonly undo: UndoPlan;
  readonly estimatedEffect: { readonly perDay: Money } | null;
  readonly environment: string;
  readonly release: string;
  readonly policyBundleSha256: string;
  readonly changeId: string | null;
  readonly proposer: string;
  /** The person or schedule on whose behalf the case runs; never an approver of it. */
  readonly onBehalfOf: string;
  readonly proposedAt: string;
  /** Nothing of this binding may be approved or executed at or after this time. */
  readonly expiresAt: string;
  readonly nonce: string;
}

/** A bound action: the exact canonical bytes and their digest. */
export interface Action {
  readonly binding: ActionBinding;
  /** Canonical JSON of `binding`. */
  readonly bindingText: string;
  readonly digest: Digest;
}

/** Offered together from one conclusion; each action is decided and approved on its own. */
export interface Proposal {
  readonly caseId: string;
  readonly actions: readonly Action[];
  /** Action kinds that were considered and why they are not proposed. */
  readonly withheld: readonly { readonly kind: string; readonly reason: string }[];
}

export type { Json };
