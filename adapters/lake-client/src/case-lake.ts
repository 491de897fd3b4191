import {
  UpstreamError,
  type CaseLake,
  type CostAnswer,
  type Json,
  type JsonObject,
} from '@counterfoil/core';
import { callLake, type LakeAddress } from './connection.ts';

/** Longer than the lake's own limit on a query, so that its refusal arrives. */
const QUERY_SILENCE_MS_MAX = 90_000;

/** The lake as cases see it, over the lake's socket. Accounts and data version are fixed by the lake from the case's own row. */
export function openCaseLake(address: LakeAddress): CaseLake {
  const post = (caseId: string, question: string, body: unknown) =>
    callLake(address, {
      method: 'POST',
      path: `/cases/${encodeURIComponent(caseId)}/${question}`,
      body,
      silenceMsMax: QUERY_SILENCE_MS_MAX,
    });
  return {
    query: async (caseId, query) => answerOf(await post(caseId, 'query', query)),
    localise: async (caseId) => localisationOf(await post(caseId, 'localise', {})),
  };
}

function answerOf(reply: JsonObject): CostAnswer {
  const { columns, rows } = reply;
  if (isList(columns) && isList(rows) && typeof reply.queryId === 'string') {
    return reply as unknown as CostAnswer;
  }
  throw malformed('query');
}

function localisationOf(reply: JsonObject): Awaited<ReturnType<CaseLake['localise']>> {
  if (isList(reply.causes) && typeof reply.queryId === 'string') {
    return reply as unknown as Awaited<ReturnType<CaseLake['localise']>>;
  }
  throw malformed('localise');
}

function isList(value: Json | undefined): boolean {
  return Array.isArray(value);
}

function malformed(question: string): UpstreamError {
  return new UpstreamError(
    'REPLY_MALFORMED',
    `the lake's reply to ${question} is not what it promises`,
    {
      remedy: 'run the same release of every process',
    },
  );
}
