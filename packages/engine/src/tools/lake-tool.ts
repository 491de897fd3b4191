import type { CaseLake, JsonObject, Tool, ToolAnswer } from '@counterfoil/core';
import { LAKE_LABELS } from './lake-labels.ts';
import { parseSubject, SUBJECT_SCHEMA, type Subject } from './subject.ts';

/** What one lake tool does; {@link lakeTool} adds what they all share. */
export interface LakeToolDefinition {
  readonly name: string;
  readonly description: string;
  read(subject: Subject, lake: CaseLake, caseId: string): Promise<ToolAnswer>;
}

const LAKE_TIMEOUT_MS = 30_000;

/** A tool over the case's own lake: no permission of any cloud, the scope is fixed by the lake process. */
export function lakeTool(lake: CaseLake, definition: LakeToolDefinition): Tool {
  return {
    name: definition.name,
    description: definition.description,
    inputSchema: SUBJECT_SCHEMA,
    permissions: [],
    timeoutMs: LAKE_TIMEOUT_MS,
    labels: LAKE_LABELS,
    observe: async (input: JsonObject, context) =>
      definition.read(parseSubject(definition.name, input), lake, context.caseId),
  };
}
