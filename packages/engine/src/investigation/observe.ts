import {
  IntegrityError,
  PlatformError,
  type JsonObject,
  type Observation,
  type Tool,
  type ToolAnswer,
  type ToolContext,
} from '@counterfoil/core';
import { sanitiseText } from '@counterfoil/guard';
import type { Wait } from '../durable/wait.ts';
import { withinTime } from './within-time.ts';

const TRIES_MAX = 3;
const BACKOFF_MS = 500;
const SENTENCE_LENGTH_MAX = 500;

/** What the caller knows of one tool call. */
export interface ObserveRequest {
  readonly observationId: string;
  readonly tool: Tool;
  readonly input: JsonObject;
  readonly context: Omit<ToolContext, 'signal'>;
  readonly factBytesMax: number;
}

/**
 * Calls a tool, again where its system failed, and always answers with an observation: a failure is evidence of what could
 * not be seen. An integrity error and a bug are not observations; they pass through.
 */
export async function observe(request: ObserveRequest, wait: Wait): Promise<Observation> {
  const { observationId, tool } = request;
  const answer = await tryCalls(request, wait);
  const sentence = (text: string) => sanitiseText(text, { lengthMax: SENTENCE_LENGTH_MAX });
  const observation = {
    observationId,
    tool: tool.name,
    ...answer,
    question: sentence(answer.question),
    finding: sentence(answer.finding),
    source: sentence(answer.source),
  };
  const bytes = Buffer.byteLength(JSON.stringify(answer.facts));
  if (bytes <= request.factBytesMax) return observation;
  return {
    ...observation,
    status: 'truncated',
    finding: `The answer of ${bytes} bytes is over the limit of ${request.factBytesMax} and was dropped.`,
    facts: { 'failure.code': 'BYTES' },
  };
}

async function tryCalls(request: ObserveRequest, wait: Wait): Promise<ToolAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await callOnce(request);
    } catch (error) {
      if (!(error instanceof PlatformError) || error instanceof IntegrityError) throw error;
      const isFinal = error.class !== 'upstream' || attempt >= TRIES_MAX;
      if (isFinal) return failed(request.tool, error);
      await wait(BACKOFF_MS * 2 ** (attempt - 1));
    }
  }
}

async function callOnce({ tool, input, context }: ObserveRequest): Promise<ToolAnswer> {
  return await withinTime(tool.timeoutMs, tool.name, (signal) =>
    tool.observe(input, { ...context, signal }),
  );
}

function failed(tool: Tool, error: PlatformError): ToolAnswer {
  return {
    status: 'failed',
    question: tool.description,
    finding: `${tool.name} failed: ${error.message}`,
    facts: { 'failure.code': error.code },
    source: tool.name,
  };
}
