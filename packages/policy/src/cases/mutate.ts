import type { NamedPolicy } from '@counterfoil/guard';

/** A policy changed in one place, as somebody could by mistake. */
export interface Mutant {
  readonly policyId: string;
  /** What was changed, in words. */
  readonly change: string;
  /** Null: the policy is gone. */
  readonly text: string | null;
}

/** A whole number that is no part of a word, a text or another number. */
const NUMBER = /(?<![\w."])\d+(?![\w."])/g;
const QUORUM = /(?<=quorum=)\d/g;

/** The policy removed, and each of its numbers one up and one down: thresholds, and the quorum that it asks. */
export function mutantsOf({ id, text }: NamedPolicy): readonly Mutant[] {
  const numbers = [...outsideTexts(text), ...text.matchAll(QUORUM)];
  const changed = numbers.flatMap(({ 0: number, index }) =>
    [1, -1].flatMap((step): Mutant[] => {
      const value = Number(number) + step;
      // A quorum of none and a negative number are refused when a bundle is loaded, or differ from no question at all.
      if (value < 0 || (value === 0 && isQuorum(text, index))) return [];
      const mutated = `${text.slice(0, index)}${value}${text.slice(index + number.length)}`;
      return [{ policyId: id, change: `${number} becomes ${value}`, text: mutated }];
    }),
  );
  return [{ policyId: id, change: 'removed', text: null }, ...changed];
}

function isQuorum(text: string, index: number): boolean {
  return text.slice(0, index).endsWith('quorum=');
}

function outsideTexts(text: string): RegExpExecArray[] {
  const blank = text.replace(
    /"(?:[^"\\]|\\.)*"/g,
    (quoted) => `"${' '.repeat(quoted.length - 2)}"`,
  );
  return [...blank.matchAll(NUMBER)];
}
