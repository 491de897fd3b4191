import type { JsonObject } from '../kernel/json.ts';
import type { Observation } from '../investigation/conclusion.ts';
import type { Label } from '../proposal/action.ts';

/** Integrity and confidentiality of each field that a connector answers with; a field that it does not list is untrusted. */
export type LabelTable = Readonly<Record<string, Pick<Label, 'integrity' | 'confidentiality'>>>;

/** Something that reads. Declares its permissions and limits beside the code; a failure is an observation, never hidden. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the input. */
  readonly inputSchema: JsonObject;
  /** IAM actions, empty for the lake's own tools. */
  readonly permissions: readonly string[];
  readonly timeoutMs: number;
  /** Labels of its facts, from the fields of the API that they come from. Without a table every text is untrusted. */
  readonly labels?: LabelTable;
  /** Reads within the case's scope and answers with status, finding and facts; throws only `PlatformError`. */
  observe(input: JsonObject, context: ToolContext): Promise<ToolAnswer>;
}

export interface ToolContext {
  readonly caseId: string;
  readonly scopeAccounts: readonly string[];
  readonly signal: AbortSignal;
}

export type ToolAnswer = Pick<Observation, 'status' | 'question' | 'finding' | 'facts' | 'source'>;
