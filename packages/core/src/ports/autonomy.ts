import type { AutonomyFall, AutonomyShadow, RecordedAutonomyAct } from '../autonomy/acts.ts';
import type { BreakerOpening } from '../autonomy/breaker.ts';
import type { RecordedRelease } from '../autonomy/release.ts';
import type { AutonomyScope } from '../autonomy/evidence.ts';
import type { ActionStatus } from '../case/case-state.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { Digest } from '../proposal/action.ts';

/** A mark of a decision as recorded, with what it is about. Whether it holds is for its reader to say. */
export interface RecordedMark extends AutonomyScope {
  readonly digest: Digest;
  readonly signed: unknown;
  readonly atMs: number;
  /** The person or schedule on whose behalf the case runs: never a judge of it. */
  readonly onBehalfOf: string;
  /** Salt of the decision's own entry: who proposes cannot know it, so nobody proposes around the sample. */
  readonly sampleSalt: string;
}

/** A decision that people may be asked to judge. */
export interface DecidedAction extends AutonomyScope {
  readonly digest: Digest;
  readonly caseId: string;
  readonly decidedAt: string;
  readonly answered: string;
  readonly status: ActionStatus;
  readonly sampleSalt: string;
  readonly shadow: AutonomyShadow | null;
}

/** An effect that happened, and what a later read said of it. */
export interface RecordedEffect extends AutonomyScope {
  readonly digest: Digest;
  readonly status: ActionStatus;
  readonly atMs: number;
}

/** An opening of a breaker, and closings exactly as signed, in the order recorded. */
export interface RecordedOpening {
  readonly opening: Omit<BreakerOpening, 'closedAtMs'>;
  readonly closings: readonly { readonly signed: unknown; readonly atMs: number }[];
}

/** How many actions of a scope stand where. */
export interface ActionCount extends AutonomyScope {
  readonly status: ActionStatus;
  readonly count: number;
}

/** How many calls of a tool ended how. */
export interface ToolCallCount {
  readonly tool: string;
  readonly status: string;
  readonly count: number;
}

/** Of what was granted, the part that breakers count. */
export interface GrantedUse {
  readonly remediations: number;
  /** Cost a day at stake by currency, in hundredths. */
  readonly cents: ReadonlyMap<string, bigint>;
}

/** What earned levels, breakers and reports rest upon. The database gives each role its part of it. */
export interface AutonomyStore {
  /** Every act upon a level in the order of the log. */
  acts(): Promise<readonly RecordedAutonomyAct[]>;
  set(signed: JsonObject): Promise<void>;
  /** Puts down what runs under a name, unless that is what ran under it before. */
  recordRelease(release: Omit<RecordedRelease, 'atMs'>): Promise<void>;
  /** What ran under which name, oldest first. */
  releases(): Promise<readonly RecordedRelease[]>;
  /** Puts down a fall; the same act twice is put down once. */
  fall(fall: AutonomyFall): Promise<void>;
  /** `InputError` `DECISION_UNKNOWN` where nothing was decided about the digest. */
  mark(digest: Digest, signed: JsonObject): Promise<void>;
  /** Marks recorded since a time, oldest first. */
  marks(sinceMs: number): Promise<readonly RecordedMark[]>;
  /** Decisions about actions of closed cases since a time, oldest first. */
  decisions(sinceMs: number): Promise<readonly DecidedAction[]>;
  /** Effects that happened since a time. */
  effects(sinceMs: number): Promise<readonly RecordedEffect[]>;
  /** Records what one level up would have been answered; an action twice is recorded once. */
  recordShadow(shadow: AutonomyShadow, caseId: string): Promise<void>;
  openings(sinceMs: number): Promise<readonly RecordedOpening[]>;
  open(opening: Omit<BreakerOpening, 'closedAtMs' | 'openedAtMs'>): Promise<void>;
  close(openingId: string, signed: JsonObject): Promise<void>;
  /** What was granted of a kind to a release since a time, what is about to run included. */
  granted(
    subject: { readonly release: string; readonly kind: string },
    sinceMs: number,
  ): Promise<GrantedUse>;
  /** Actions that were proposed or moved on since a time, by scope and status. */
  actionCounts(sinceMs: number): Promise<readonly ActionCount[]>;
  /** Calls of tools since a time, by tool and outcome. */
  toolCallCounts(sinceMs: number): Promise<readonly ToolCallCount[]>;
  /** Calls of tools in all investigations since a time. */
  toolCalls(sinceMs: number): Promise<number>;
}
