import { createHash } from 'node:crypto';
import {
  countedSinceMs,
  isOpen,
  type AutonomyStore,
  type Breaker,
  type BreakerOpening,
  type RecordedOpening,
} from '@counterfoil/core';
import type { ApproverRegistry } from '@counterfoil/guard';
import { checkClosing } from './statements.ts';

/** What a breaker is asked about. */
export interface BreakerSubject {
  readonly release: string;
  readonly kind: string;
}

/** Openings with the closings that hold; a closing that does not changes nothing. */
export function readOpenings(
  recorded: readonly RecordedOpening[],
  registry: ApproverRegistry,
): readonly BreakerOpening[] {
  return recorded.map(({ opening, closings }) => {
    const valid = closings.find(
      ({ signed }) => checkClosing(signed, opening.openingId, registry).type === 'valid',
    );
    return { ...opening, closedAtMs: valid?.atMs ?? null };
  });
}

/** Reads what each breaker counts, puts down new openings, and answers with those that stop the subject now. */
export async function tripBreakers(
  store: Pick<AutonomyStore, 'openings' | 'open' | 'granted' | 'toolCalls'>,
  breakers: readonly Breaker[],
  given: BreakerSubject & { readonly registry: ApproverRegistry; readonly nowMs: number },
): Promise<readonly BreakerOpening[]> {
  const { release, kind, nowMs } = given;
  const own = breakers.filter((breaker) => breaker.kind === undefined || breaker.kind === kind);
  if (own.length === 0) return [];
  const longestMs = Math.max(...own.map(({ windowMs }) => windowMs));
  const openings = readOpenings(await store.openings(nowMs - 2 * longestMs), given.registry);
  const open: BreakerOpening[] = [];
  for (const breaker of own) {
    const standing = openings.find(
      (opening) =>
        opening.breaker === breaker.name &&
        opening.release === release &&
        opening.kind === kind &&
        isOpen(opening, nowMs),
    );
    const opening = standing ?? (await trip(store, breaker, { release, kind, nowMs, openings }));
    if (opening) open.push(opening);
  }
  return open;
}

async function trip(
  store: Pick<AutonomyStore, 'open' | 'granted' | 'toolCalls'>,
  breaker: Breaker,
  given: BreakerSubject & { readonly nowMs: number; readonly openings: readonly BreakerOpening[] },
): Promise<BreakerOpening | null> {
  const { release, kind, nowMs } = given;
  const sinceMs = countedSinceMs(breaker, given.openings, given);
  const measured = await measure(store, breaker, { release, kind, sinceMs });
  if (measured <= breaker.max) return null;
  const before = given.openings.findLast(
    (one) => one.breaker === breaker.name && one.release === release && one.kind === kind,
  );
  const bucket = Math.floor(nowMs / breaker.windowMs);
  const opening = {
    // Of two workers that see the same at once, one puts it down.
    openingId: idOf([breaker.name, release, kind, before?.openingId ?? '', bucket]),
    breaker: breaker.name,
    release,
    kind,
    untilMs: nowMs + breaker.windowMs,
    measured,
    max: breaker.max,
  };
  await store.open(opening);
  return { ...opening, openedAtMs: nowMs, closedAtMs: null };
}

async function measure(
  store: Pick<AutonomyStore, 'granted' | 'toolCalls'>,
  breaker: Breaker,
  subject: BreakerSubject & { readonly sinceMs: number },
): Promise<number> {
  if (breaker.measure === 'tool_calls') return store.toolCalls(subject.sinceMs);
  const granted = await store.granted(subject, subject.sinceMs);
  if (breaker.measure === 'remediations') return granted.remediations;
  const cents = granted.cents.get(breaker.currency ?? 'USD') ?? 0n;
  // Whole units, rounded up: more than the limit by a hundredth is more.
  return Number((cents + 99n) / 100n);
}

function idOf(parts: readonly (string | number)[]): string {
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return `breaker_${hash.slice(0, 24)}`;
}
