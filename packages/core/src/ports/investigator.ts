import type { JsonObject } from '../kernel/json.ts';
import type { Label } from '../proposal/action.ts';

/**
 * A value as a model is shown it. The value stays in the value store; a model passes the handle on. `summary` is the value
 * itself where its integrity is 1 or more, and null where somebody outside may have typed it.
 */
export interface HandleView {
  readonly handle: string;
  /** Unit of the fact catalogue, such as `money`, `count`, `text`. */
  readonly unit: string;
  readonly label: Label;
  readonly summary: string | number | boolean | null;
}

/** A tool that a plan may call, and the references that its input may be filled from. */
export interface ToolView {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonObject;
}

/** What a model knows when it plans: the signal's typed values and what can be read. No answer of any tool is in it. */
export interface InvestigationBrief {
  readonly caseId: string;
  readonly handles: readonly HandleView[];
  readonly tools: readonly ToolView[];
  /** Tools that are asked whatever the plan says. */
  readonly questions: readonly string[];
  /** Names that may stand as `$name` in a step's input. */
  readonly references: readonly string[];
  readonly stepsMax: number;
}

/** What a model knows when it chooses: handles, the causes that the evidence supports, and closed lists of what may be said and offered. */
export interface EvidenceView {
  readonly caseId: string;
  readonly handles: readonly HandleView[];
  readonly causes: readonly {
    readonly causeId: string;
    readonly title: string;
    readonly score: number;
    readonly actionKinds: readonly string[];
  }[];
  /** Sentences with slots of facts; a message may carry some of them, and nothing that a model typed. */
  readonly phrases: readonly { readonly phraseId: string; readonly text: string }[];
  readonly phrasesMax: number;
  /** Bits of choice that the case has left; a choice that takes more is refused. */
  readonly bitsLeft: number;
}

/** What untrusted text may become: one value of a finite set, and nothing else. */
export type ExtractionSchema =
  | { readonly type: 'enum'; readonly values: readonly [string, ...string[]] }
  | { readonly type: 'integer'; readonly min: number; readonly max: number }
  | { readonly type: 'date'; readonly fromDate: string; readonly toDate: string }
  /** An id that a trusted read returned within the scope. */
  | { readonly type: 'known_id'; readonly ids: readonly string[] };

/**
 * Whoever decides what is read besides the playbook's questions, which supported cause is concluded and which of its actions
 * are offered: a language model behind a provider, or a test. What it answers is untrusted and parsed by schema; an
 * answer that does not parse counts as none, and the playbook stands.
 */
export interface Investigator {
  /** Goes into the record, e.g. `provider/model@version`. */
  readonly name: string;
  /** Asked once a case, before anything is read. Answers `{ steps: [{ tool, input }] }`. */
  plan(brief: InvestigationBrief, signal: AbortSignal): Promise<unknown>;
  /** Asked once a case, after everything is read. Answers `{ causeId, actions: [{ kind, parameters }], phrases: [phraseId] }`. */
  choose(evidence: EvidenceView, signal: AbortSignal): Promise<unknown>;
  /**
   * Reads one text that somebody may have typed, without tools and without anything of the case, and answers with a member of
   * the schema's set. Absent: such texts are not read.
   */
  extract?(text: string, schema: ExtractionSchema, signal: AbortSignal): Promise<unknown>;
}
