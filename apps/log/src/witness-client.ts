import { Agent, request } from 'node:http';
import { IntegrityError, UpstreamError } from '@counterfoil/core';

/** What the witness answered: its signature line, or the size that it stands at. */
export type WitnessAnswer =
  | { readonly type: 'cosigned'; readonly line: string }
  | { readonly type: 'conflict'; readonly size: number };

/** Sends one add-checkpoint request. */
export type WitnessClient = (body: string) => Promise<WitnessAnswer>;

const TIMEOUT_MS = 5_000;
const ANSWER_BYTES_MAX = 16 * 1024;

/**
 * A client of the witness behind this socket (C2SP tlog-witness). Throws `UpstreamError` `WITNESS_UNAVAILABLE` where it cannot
 * be reached, `IntegrityError` `WITNESS_REFUSED` where it will not cosign.
 */
export function openWitnessClient(socketPath: string): WitnessClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return async (body) => {
    const answer = await post({ socketPath, agent }, body);
    if (answer.status === 200) return { type: 'cosigned', line: answer.text.trimEnd() };
    const size = Number(answer.text.trimEnd());
    if (answer.status === 409 && answer.text.trim() !== '' && Number.isSafeInteger(size)) {
      return { type: 'conflict', size };
    }
    throw new IntegrityError(
      'WITNESS_REFUSED',
      `the witness refused with ${answer.status}: ${answer.text.slice(0, 200).trim()}`,
      {
        details: { status: answer.status },
        remedy: 'effects stop until this is explained: compare log, database and witness state',
      },
    );
  };
}

function post(
  to: { readonly socketPath: string; readonly agent: Agent },
  body: string,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void =>
      reject(
        new UpstreamError('WITNESS_UNAVAILABLE', 'the witness does not answer on its socket', {
          cause,
          remedy: 'start the witness; the log publishes nothing without it, so effects wait',
        }),
      );
    const outgoing = request(
      { ...to, method: 'POST', path: '/add-checkpoint', timeout: TIMEOUT_MS },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (piece: string) => {
          text += piece;
          if (text.length > ANSWER_BYTES_MAX) {
            incoming.destroy(broken(`the answer is longer than ${ANSWER_BYTES_MAX} bytes`));
          }
        });
        incoming.on('error', fail);
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text }));
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(broken(`no answer within ${TIMEOUT_MS} ms`)));
    outgoing.on('error', fail);
    outgoing.end(body);
  });
}

function broken(problem: string): UpstreamError {
  return new UpstreamError('WITNESS_PROTOCOL', problem);
}
