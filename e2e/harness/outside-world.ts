import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Installation } from './installation.ts';
import { processesOf, settingsOf } from './process-table.ts';

/** What the stand-ins recorded: the oracle of the tests, which the program under test cannot write. */
export interface OutsideWorld {
  readonly messages: readonly { readonly text: string; readonly metadata: unknown }[];
  readonly tickets: readonly { readonly key: string; readonly fields: unknown }[];
  readonly stopCalls: readonly {
    readonly account: string;
    readonly sourceIdentity: string | null;
    readonly errorCode: string | null;
  }[];
}

interface WorldFile {
  readonly messages: OutsideWorld['messages'];
  readonly tickets: OutsideWorld['tickets'];
  readonly calls: readonly (OutsideWorld['stopCalls'][number] & { readonly eventName: string })[];
}

/** Reads every effect that happened outside. */
export async function outsideWorld(installation: Installation): Promise<OutsideWorld> {
  const file = join(installation.state, 'demo', 'world.json');
  const text = await readFile(file, 'utf8').catch(() => '{"messages":[],"tickets":[],"calls":[]}');
  const { messages, tickets, calls } = JSON.parse(text) as WorldFile;
  const stopCalls = calls.filter(
    ({ eventName, errorCode }) => eventName === 'StopInstances' && errorCode === null,
  );
  return { messages, tickets, stopCalls };
}

/** Number of effects of all kinds. */
export function effectCount({ messages, tickets, stopCalls }: OutsideWorld): number {
  return messages.length + tickets.length + stopCalls.length;
}

/** Lets an outside service misbehave. */
export async function plantFault(
  installation: Installation,
  fault: {
    readonly service: 'aws' | 'slack' | 'jira';
    readonly operation: string;
    readonly kind:
      'delay_before' | 'delay_after' | 'error' | 'throttle' | 'drop_before' | 'drop_after';
    readonly delayMs?: number;
    readonly times?: number;
  },
): Promise<void> {
  const world = (await processesOf(installation.state)).find(({ name }) => name === 'demo-world');
  if (!world) throw new Error('the demo world does not run');
  const { host, port } = await settingsOf<{ host: string; port: number }>(world.pid);
  const reply = await fetch(`http://${host}:${port}/admin/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-world-token': 'demo-world-admin' },
    body: JSON.stringify({ delayMs: 0, times: 1, ...fault }),
  });
  if (!reply.ok) throw new Error(`the fault was refused: ${reply.status} ${await reply.text()}`);
}
