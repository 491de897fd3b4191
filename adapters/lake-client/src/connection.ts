import { request } from 'node:http';
import { StringDecoder } from 'node:string_decoder';
import {
  ConflictError,
  InputError,
  LimitError,
  UpstreamError,
  type Json,
  type JsonObject,
  type PlatformError,
} from '@counterfoil/core';

/** Where the lake process listens, and the secret that it asks for. */
export interface LakeAddress {
  readonly socket: string;
  readonly token: string;
}

interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  /** Longest silence of the lake before the call fails. */
  readonly silenceMsMax: number;
  /** Given every line of a streamed reply as it comes. */
  readonly onLine?: (line: JsonObject) => void;
}

const REPLY_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Calls the lake over its unix socket and gives the reply's JSON, for a streamed reply its last line. The lake's own refusal comes back as the
 * error that it was (`InputError`, `LimitError`, `ConflictError`); everything else that goes wrong is an `UpstreamError`.
 */
export async function callLake(address: LakeAddress, call: Call): Promise<JsonObject> {
  const reply = await exchange(address, call);
  const { error } = reply;
  if (isObject(error)) throw errorOf(error);
  return reply;
}

function exchange(address: LakeAddress, call: Call): Promise<JsonObject> {
  const text = call.body === undefined ? '' : JSON.stringify(call.body);
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => {
      reject(cause instanceof UpstreamError ? cause : unavailable(cause));
    };
    const outgoing = request(
      {
        socketPath: address.socket,
        method: call.method,
        path: call.path,
        timeout: call.silenceMsMax,
        // A connection kept from before a restart of the lake would fail the first call after it.
        agent: false,
        headers: {
          authorization: `Bearer ${address.token}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
        },
      },
      (incoming) => {
        const reader = lineReader(call.onLine);
        incoming.on('data', (chunk: Buffer) => {
          try {
            reader.push(chunk);
          } catch (error) {
            outgoing.destroy();
            fail(error);
          }
        });
        incoming.on('error', fail);
        incoming.on('end', () => {
          try {
            resolve(reader.end());
          } catch (error) {
            fail(error);
          }
        });
      },
    );
    outgoing.on('timeout', () => {
      outgoing.destroy(
        new UpstreamError('TIMEOUT', `the lake said nothing for ${call.silenceMsMax} ms`, {
          remedy: 'see the log of the lake process',
        }),
      );
    });
    outgoing.on('error', fail);
    outgoing.end(text);
  });
}

/** Splits a reply into lines of JSON; the last one is the answer. A reply cut short has no answer and fails. */
function lineReader(onLine: Call['onLine']) {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let last: JsonObject | undefined;
  let bytes = 0;
  const take = (line: string) => {
    if (line.trim() === '') return;
    if (last) onLine?.(last);
    last = parseLine(line);
  };
  return {
    push(chunk: Buffer) {
      bytes += chunk.length;
      if (bytes > REPLY_BYTES_MAX) {
        throw new UpstreamError(
          'REPLY_TOO_LARGE',
          `the lake sent more than ${REPLY_BYTES_MAX} bytes`,
        );
      }
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(take);
    },
    end(): JsonObject {
      take(rest + decoder.end());
      if (last && last.type !== 'progress') return last;
      throw new UpstreamError('UNAVAILABLE', 'the lake ended its reply before the answer', {
        remedy: 'try again: the lake process may have been restarted',
      });
    },
  };
}

function parseLine(line: string): JsonObject {
  try {
    const value = JSON.parse(line) as Json;
    if (isObject(value)) return value;
  } catch (cause) {
    throw new UpstreamError('REPLY_MALFORMED', 'the lake sent something that is not JSON', {
      cause,
    });
  }
  throw new UpstreamError('REPLY_MALFORMED', 'the lake sent JSON that is no object');
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unavailable(cause: unknown): UpstreamError {
  return new UpstreamError('UNAVAILABLE', 'the lake process cannot be reached', {
    cause,
    remedy: 'start it with `counterfoil up`, or wait until it is restarted',
  });
}

const CLASSES = { input: InputError, limit: LimitError, conflict: ConflictError } as const;

function errorOf(error: JsonObject): PlatformError {
  const code = typeof error.code === 'string' ? error.code : 'LAKE_FAILED';
  const message = typeof error.message === 'string' ? error.message : 'the lake failed';
  const options = typeof error.remedy === 'string' ? { remedy: error.remedy } : {};
  const errorClass = error.class;
  if (errorClass === 'input' || errorClass === 'limit' || errorClass === 'conflict') {
    return new CLASSES[errorClass](code, message, options);
  }
  return new UpstreamError(code, message, options);
}
