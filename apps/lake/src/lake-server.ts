import { createHash, timingSafeEqual } from 'node:crypto';
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import {
  InputError,
  LimitError,
  PermissionError,
  PlatformError,
  type Json,
} from '@counterfoil/core';
import { parseStrictJson } from '@counterfoil/guard';
import type { LakeContext } from './lake-context.ts';
import { ROUTES } from './routes/routes.ts';

const BODY_BYTES_MAX = 1024 * 1024;

export interface LakeServerOptions {
  readonly socket: string;
  /** Opens every route. */
  readonly token: string;
  /** Opens the questions of cases only. */
  readonly caseToken: string;
  readonly context: LakeContext;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
}

/** The lake's door; closed by its owner. */
export interface LakeServer {
  close(): Promise<void>;
}

/** Listens on a unix socket that only this user can open, and answers only those who show a token, and each what it opens. */
export async function startLakeServer(options: LakeServerOptions): Promise<LakeServer> {
  const server = createServer((request, response) => {
    void handle(request, response, options);
  });
  rmSync(options.socket, { force: true });
  const umask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.socket, resolve);
    });
  } finally {
    process.umask(umask);
  }
  chmodSync(options.socket, 0o600);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  options: LakeServerOptions,
): Promise<void> {
  try {
    // Read whole before anything is said: a refusal that closes the connection under a caller who still writes is lost.
    const text = await textOf(request);
    authorise(request, options);
    const reply = await answer({ request, text }, response, options.context);
    end(response, 200, reply);
  } catch (error) {
    fail(response, error, options.logger);
  }
}

function authorise(
  request: IncomingMessage,
  { token, caseToken }: Pick<LakeServerOptions, 'token' | 'caseToken'>,
): void {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const given = digest(request.headers.authorization ?? '');
  const shows = (known: string) => timingSafeEqual(given, digest(`Bearer ${known}`));
  if (shows(token)) return;
  if (shows(caseToken)) {
    if (segmentsOf(request)[0] === 'cases') return;
    throw new PermissionError('TOKEN_NARROW', 'this caller may only ask questions of cases', {
      remedy: 'data is brought in with `counterfoil ingest`, by the operator',
    });
  }
  throw new PermissionError('TOKEN_WRONG', 'the lake does not know this caller', {
    remedy: 'start processes with `counterfoil up`, which hands out the token',
  });
}

/** Answers by the one route that fits; a line told before the reply makes the answer lines of JSON. */
function answer(
  { request, text }: { readonly request: IncomingMessage; readonly text: string },
  response: ServerResponse,
  context: LakeContext,
): Promise<unknown> {
  const segments = segmentsOf(request);
  const route = ROUTES.find(
    ({ method, path }) => method === request.method && fits(path.split('/'), segments),
  );
  if (route === undefined) throw new InputError('ROUTE_UNKNOWN', 'the lake has no such route');
  const question = {
    id: segments[route.path.split('/').indexOf('*')] ?? '',
    body: () => bodyOf(text),
    tell: (line: object) => {
      if (!response.headersSent) {
        response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      }
      response.write(`${JSON.stringify(line)}\n`);
    },
  };
  return route.answer(question, context);
}

function fits(path: readonly string[], segments: readonly string[]): boolean {
  return (
    path.length === segments.length &&
    path.every((part, at) => (part === '*' ? segments[at] !== '' : part === segments[at]))
  );
}

function segmentsOf(request: IncomingMessage): readonly string[] {
  const { pathname } = new URL(request.url ?? '/', 'http://lake');
  try {
    return pathname.split('/').slice(1).map(decodeURIComponent);
  } catch (cause) {
    throw new InputError('ROUTE_UNKNOWN', 'the path is not well encoded', { cause });
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) {
      throw new LimitError('BODY_BYTES', `the request is larger than ${BODY_BYTES_MAX} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function bodyOf(text: string): Json {
  return parseStrictJson(text, { bytesMax: BODY_BYTES_MAX, strings: 'well_formed' });
}

const STATUS = {
  input: 400,
  permission: 403,
  conflict: 409,
  limit: 422,
  integrity: 500,
  upstream: 502,
} as const;

function fail(response: ServerResponse, error: unknown, logger: LakeServerOptions['logger']): void {
  if (error instanceof PlatformError) {
    const { class: errorClass, code, message, remedy } = error;
    if (errorClass !== 'input') logger.warn({ code, cause: String(error.cause ?? '') }, message);
    end(response, STATUS[errorClass], {
      error: { class: errorClass, code, message, ...(remedy === undefined ? {} : { remedy }) },
    });
    return;
  }
  logger.error({ err: error }, 'the lake failed');
  end(response, 500, {
    error: {
      class: 'upstream',
      code: 'LAKE_FAILED',
      message: 'the lake failed',
      remedy: 'see its log',
    },
  });
}

function end(response: ServerResponse, status: number, reply: unknown): void {
  if (!response.headersSent) response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(reply)}\n`);
}
