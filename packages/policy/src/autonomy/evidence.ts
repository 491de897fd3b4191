import { createHash } from 'node:crypto';
import {
  isSameScope,
  type AutonomyEvidence,
  type AutonomyScope,
  type DecisionMark,
  type Digest,
  type RecordedEffect,
  type RecordedMark,
} from '@counterfoil/core';
import type { ApproverRegistry, Invalid } from '@counterfoil/guard';
import { checkMark } from './statements.ts';

/** A decision with what people said of it by marks that hold; `wrong` and `undone` outweigh `right`. */
export interface JudgedDecision extends AutonomyScope {
  readonly digest: Digest;
  readonly mark: DecisionMark;
  readonly atMs: number;
  readonly isSampled: boolean;
}

const SAMPLE_BYTES = 6;

/**
 * Whether a decision is in the sample. It hangs on the salt of the decision's own entry, which the executor draws after the
 * proposal: neither who proposes nor who judges can choose what is judged, and an auditor can draw the sample again.
 */
export function isSampled(
  { digest, sampleSalt }: { readonly digest: Digest; readonly sampleSalt: string },
  share: number,
): boolean {
  const hash = createHash('sha256').update(`${sampleSalt}\n${digest}`).digest();
  return hash.readUIntBE(0, SAMPLE_BYTES) < share * 2 ** (8 * SAMPLE_BYTES);
}

/** The marks that hold, one for each decision: a person's newest counts, and of several people the worst. */
export function judgeMarks(
  marks: readonly RecordedMark[],
  { registry, sampleShare }: { readonly registry: ApproverRegistry; readonly sampleShare: number },
): { readonly judged: readonly JudgedDecision[]; readonly ignored: readonly Invalid[] } {
  const ignored: Invalid[] = [];
  const byDigest = new Map<Digest, Map<string, JudgedDecision>>();
  for (const recorded of marks) {
    const check = checkMark(recorded.signed, recorded, registry);
    if (check.type === 'invalid') {
      ignored.push(check);
      continue;
    }
    const { release, environment, kind, digest, atMs } = recorded;
    const { mark, personId } = check.statement;
    const people = byDigest.get(digest) ?? new Map<string, JudgedDecision>();
    const scope = { release, environment, kind };
    people.set(personId, {
      ...scope,
      digest,
      mark,
      atMs,
      isSampled: isSampled(recorded, sampleShare),
    });
    byDigest.set(digest, people);
  }
  const judged = [...byDigest.values()].flatMap((people) => worstOf([...people.values()]));
  return { judged, ignored };
}

function worstOf(marks: readonly JudgedDecision[]): readonly JudgedDecision[] {
  const bad = marks.find(({ mark }) => mark !== 'right');
  return bad ? [bad] : marks.slice(-1);
}

const NOT_CONFIRMED: readonly RecordedEffect['status'][] = ['not_confirmed', 'unresolved'];

/** What counts for or against a scope since a time: sampled marks, and every effect. */
export function evidenceIn(
  {
    judged,
    effects,
  }: { readonly judged: readonly JudgedDecision[]; readonly effects: readonly RecordedEffect[] },
  scope: AutonomyScope,
  sinceMs: number,
): AutonomyEvidence {
  const own = judged.filter((one) => isSameScope(one, scope) && one.atMs >= sinceMs);
  const sampled = own.filter((one) => one.isSampled);
  const bad = new Set(own.filter(({ mark }) => mark !== 'right').map(({ digest }) => digest));
  // An effect that was judged bad since then counts among the effects since then, however old it is.
  const performed = effects.filter(
    (effect) => isSameScope(effect, scope) && (effect.atMs >= sinceMs || bad.has(effect.digest)),
  );
  return {
    right: sampled.filter(({ mark }) => mark === 'right').length,
    wrong: sampled.filter(({ mark }) => mark !== 'right').length,
    effects: performed.length,
    falsePositives: performed.filter(
      ({ status, digest }) => NOT_CONFIRMED.includes(status) || bad.has(digest),
    ).length,
  };
}
