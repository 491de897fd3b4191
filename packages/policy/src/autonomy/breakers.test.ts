import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Breaker } from '@counterfoil/core';
import { baseRegistry } from '@counterfoil/guard';
import { tripBreakers } from './breakers.ts';

const registry = baseRegistry({ approvers: [] } as unknown as Parameters<typeof baseRegistry>[0]);
const MINUTE_MS = 60_000;

/** Which breakers open upon what is counted. */
async function opened(
  breakers: readonly Breaker[],
  counted: {
    readonly cents?: ReadonlyMap<string, bigint>;
    readonly toolCalls?: number;
    readonly kind?: string;
  },
): Promise<readonly string[]> {
  const store = {
    openings: async () => [],
    open: async () => undefined,
    granted: async () => ({ remediations: 0, cents: counted.cents ?? new Map<string, bigint>() }),
    toolCalls: async () => counted.toolCalls ?? 0,
  };
  const subject = { release: 'r1', kind: counted.kind ?? 'k', registry, nowMs: 1_000 * MINUTE_MS };
  const open = await tripBreakers(store, breakers, subject);
  return open.map(({ breaker }) => breaker);
}

test('spend is held against the limit to the hundredth, in its own currency', async () => {
  const spend = { name: 's', measure: 'spend', windowMs: MINUTE_MS, max: 100 } as const;
  const breakers = [{ ...spend, currency: 'EUR' }];
  assert.deepEqual(await opened(breakers, { cents: new Map([['EUR', 10_000n]]) }), []);
  assert.deepEqual(await opened(breakers, { cents: new Map([['EUR', 10_001n]]) }), ['s']);
  assert.deepEqual(await opened(breakers, { cents: new Map([['USD', 99_999n]]) }), []);
});

test('calls of tools open their breaker, and one of another kind is not asked', async () => {
  const calls = { name: 't', measure: 'tool_calls', windowMs: MINUTE_MS, max: 5 } as const;
  assert.deepEqual(await opened([calls], { toolCalls: 5 }), []);
  assert.deepEqual(await opened([calls], { toolCalls: 6 }), ['t']);
  assert.deepEqual(await opened([{ ...calls, kind: 'other' }], { toolCalls: 6 }), []);
});
