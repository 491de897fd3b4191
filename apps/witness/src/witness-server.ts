import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { KeyObject } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { once } from 'node:events';
import type { Logger } from 'pino';
import { cosignNote, judgeCheckpoint } from '@counterfoil/guard';
import type { WitnessState } from './witness-state.ts';

/** What the witness serves with. */
export interface WitnessOptions {
  readonly socket: string;
  readonly name: string;
  readonly privateKey: KeyObject;
  readonly logVerifierKey: string;
  readonly state: WitnessState;
  readonly nowMs: () => number;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

const BODY_BYTES_MAX = 64 * 1024;

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly contentType: string;
}

/** Serves C2SP add-checkpoint on a unix socket, one request after the other. Returns when it listens. */
export async function serveWitness(options: WitnessOptions): Promise<Server> {
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = (body: string): Promise<Answer> => {
    const answer = queue.then(() => addCheckpoint(body, options));
    queue = answer.catch(() => undefined);
    return answer;
  };
  const server = createServer((request, response) => {
    respond(request, response, inTurn).catch((error: unknown) => {
      options.logger.error({ err: error }, 'the witness failed to answer');
      response.destroy();
    });
  });
  await rm(options.socket, { force: true });
  server.listen(options.socket);
  await once(server, 'listening');
  return server;
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  inTurn: (body: string) => Promise<Answer>,
): Promise<void> {
  const body = await readBody(request);
  const answer = await answerTo(request, body, inTurn);
  response.writeHead(answer.status, { 'Content-Type': answer.contentType });
  response.end(answer.body);
}

async function answerTo(
  request: IncomingMessage,
  body: string | null,
  inTurn: (body: string) => Promise<Answer>,
): Promise<Answer> {
  if (request.url !== '/add-checkpoint') return plain(404, 'no such resource');
  if (request.method !== 'POST') return plain(405, 'use POST');
  if (body === null) return plain(413, `at most ${BODY_BYTES_MAX} bytes`);
  return inTurn(body);
}

/** The head is on disk before its cosignature leaves, so no crash lets a fork be cosigned. */
async function addCheckpoint(body: string, options: WitnessOptions): Promise<Answer> {
  const { state, logger, name, privateKey } = options;
  const verdict = judgeCheckpoint(body, state.head, options.logVerifierKey);
  if (verdict.type === 'refuse') {
    const { status } = verdict;
    logger.error({ status, size: state.head.size, reason: verdict.body.trim() }, 'refused');
    return verdict;
  }
  const atSeconds = Math.floor(options.nowMs() / 1000);
  const line = cosignNote(verdict.text, { name, privateKey }, atSeconds);
  await state.remember(verdict.head, verdict.text, line);
  logger.info({ size: verdict.head.size }, 'cosigned');
  return plain(200, line);
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes <= BODY_BYTES_MAX) pieces.push(piece);
  }
  return bytes > BODY_BYTES_MAX ? null : Buffer.concat(pieces).toString('utf8');
}

function plain(status: number, line: string): Answer {
  return { status, body: `${line}\n`, contentType: 'text/plain; charset=utf-8' };
}
