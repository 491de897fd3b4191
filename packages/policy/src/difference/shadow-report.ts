import type { ShadowAnswer } from '@counterfoil/core';

/** How often the second bundle answered one thing where the one in effect answered another. */
export interface ShadowDifference {
  readonly answered: string;
  readonly shadowAnswered: string;
  readonly count: number;
  /** Actions of which it is so, newest first, at most ten. */
  readonly examples: readonly string[];
}

/** What a second bundle would have changed. */
export interface ShadowReport {
  readonly shadowSha256: string;
  readonly decisions: number;
  readonly same: number;
  readonly differences: readonly ShadowDifference[];
}

const EXAMPLES_MAX = 10;

/** Sums up recorded answers by the second bundle that gave them; the most frequent difference first. */
export function reportShadow(answers: readonly ShadowAnswer[]): readonly ShadowReport[] {
  const bundles = [...new Set(answers.map(({ shadowSha256 }) => shadowSha256))];
  return bundles.map((shadowSha256) => {
    const own = answers.filter((answer) => answer.shadowSha256 === shadowSha256);
    const different = own.filter(({ answered, shadowAnswered }) => answered !== shadowAnswered);
    return {
      shadowSha256,
      decisions: own.length,
      same: own.length - different.length,
      differences: grouped(different),
    };
  });
}

function grouped(answers: readonly ShadowAnswer[]): readonly ShadowDifference[] {
  const groups = Map.groupBy(answers, (one) => `${one.answered}\n${one.shadowAnswered}`);
  const differences = [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { answered, shadowAnswered } = first;
    const examples = group.slice(0, EXAMPLES_MAX).map(({ digest }) => digest);
    return [{ answered, shadowAnswered, count: group.length, examples }];
  });
  return differences.toSorted((a, b) => b.count - a.count);
}
