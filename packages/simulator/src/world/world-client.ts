import { UpstreamError } from '@counterfoil/core';
import { DEMO_ACCESS } from './access.ts';
import type { Fault } from './faults.ts';
import type { Inbox } from './inbox.ts';
import type { RecordedCall } from './world-state.ts';

/** Speaks to a running world: what it holds, what it saw, and what shall go wrong. */
export interface WorldClient {
  readonly url: string;
  inbox(): Promise<Inbox>;
  /** Every AWS call with its principal and SourceIdentity, oldest first. */
  calls(): Promise<readonly RecordedCall[]>;
  addFault(fault: Fault): Promise<void>;
  clearFaults(): Promise<void>;
  /** Forgets everything that happened. */
  reset(): Promise<void>;
}

export function createWorldClient(url: string): WorldClient {
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { 'x-world-token': DEMO_ACCESS.adminToken },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (answer.ok) return await answer.json();
    throw new UpstreamError(
      'UNAVAILABLE',
      `the demonstration world answered ${method} ${path} with HTTP ${answer.status}`,
    );
  };
  return {
    url,
    inbox: async () => (await ask('GET', '/inbox')) as Inbox,
    calls: async () => (await ask('GET', '/admin/calls')) as readonly RecordedCall[],
    addFault: async (fault) => void (await ask('POST', '/admin/faults', fault)),
    clearFaults: async () => void (await ask('DELETE', '/admin/faults')),
    reset: async () => void (await ask('POST', '/admin/reset')),
  };
}
