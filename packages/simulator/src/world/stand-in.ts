import type { Organisation } from '../organisation/index.ts';
import type { WorldState } from './world-state.ts';

/** A request as a stand-in sees it, with the prefix of its service removed from `path`. */
export interface WorldRequest {
  readonly method: string;
  readonly path: string;
  /** As it stood on the wire, for signatures. */
  readonly rawPath: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface WorldReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the stand-ins share. */
export interface World {
  readonly organisation: Organisation;
  readonly state: WorldState;
  nowMs(): number;
  /** Marks the state as changed: it is on disk before the reply leaves. */
  touch(): void;
}

/** One outside service. `perform` is synchronous, so that each request is one indivisible step. */
export interface StandIn {
  operationOf(request: WorldRequest): string;
  perform(request: WorldRequest): WorldReply;
  /** How the service says that it failed or is throttled, having done nothing. */
  refuse(kind: 'error' | 'throttle'): WorldReply;
}

/** A JSON reply. */
export function jsonReply(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): WorldReply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  };
}
