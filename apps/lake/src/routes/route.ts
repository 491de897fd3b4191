import type { Json } from '@counterfoil/core';
import type { LakeContext } from '../lake-context.ts';

/** One question that the lake answers. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** Segments of the path; `*` is an id. Routes below `cases/` are open to the agent, all others to the operator alone. */
  readonly path: string;
  /** The reply, which becomes JSON. A refusal is a `PlatformError`. */
  answer(question: Question, lake: LakeContext): Promise<unknown>;
}

/** What a caller asks. */
export interface Question {
  /** What stands for `*` in the path; empty where there is none. */
  readonly id: string;
  /** The body, strictly parsed; fails with `InputError` where it is not JSON. */
  body(): Json;
  /** Sends a line before the reply: from the first on, the answer is lines of JSON, of which the reply is the last. */
  tell(line: object): void;
}
