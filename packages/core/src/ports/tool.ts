import type { JsonObject } from '../kernel/json.ts';
import type { Observation } from '../investigation/conclusion.ts';

/** Something that reads. Declares its permissions and limits beside the code; a failure is an observation, never hidden. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the input. */
  readonly inputSchema: JsonObject;
  /** IAM actions, empty for the lake's own tools. */
  readonly permissions: readonly string[];
  readonly timeoutMs: number;
  /** Reads within the case's scope and answers with status, finding and facts; throws only `PlatformError`. */
  observe(input: JsonObject, context: ToolContext): Promise<ToolAnswer>;
}

export interface ToolContext {
  readonly caseId: string;
  readonly scopeAccounts: readonly string[];
  readonly signal: AbortSignal;
}

export type ToolAnswer = Pick<Observation, 'status' | 'question' | 'finding' | 'facts' | 'source'>;
