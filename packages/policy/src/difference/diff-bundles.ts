import { isDeepStrictEqual } from 'node:util';
import type { PolicyQuestion } from '@counterfoil/core';
import { answerQuestion, type PolicyBundle } from '@counterfoil/guard';
import { expectationOf } from '../cases/run-cases.ts';
import type { Expectation } from '../cases/policy-case.ts';
import { domainOf } from '../questions/domain.ts';
import { gridOf } from '../questions/grid.ts';

/** A question that both bundles are asked. */
export interface AskedBoth {
  readonly origin: 'case' | 'grid' | 'recorded';
  readonly name: string;
  readonly question: PolicyQuestion;
}

/** A question that they answer differently. */
export interface AnswerDifference {
  readonly origin: AskedBoth['origin'];
  readonly name: string;
  readonly before: Expectation;
  readonly after: Expectation;
}

/** What changes from one bundle to another. */
export interface BundleDifference {
  readonly beforeSha256: string;
  readonly afterSha256: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Policies of the same id whose text differs. */
  readonly changed: readonly string[];
  /** How many questions of each origin were asked. */
  readonly asked: Readonly<Record<AskedBoth['origin'], number>>;
  readonly differences: readonly AnswerDifference[];
}

/** Asks both bundles every question given, and the grid around the base: both sides of every threshold of either. */
export function diffBundles(
  before: PolicyBundle,
  after: PolicyBundle,
  given: { readonly base: PolicyQuestion | null; readonly questions: readonly AskedBoth[] },
): BundleDifference {
  const grid = given.base === null ? [] : gridOf(given.base, domainOf([before, after]));
  const questions = [
    ...given.questions,
    ...grid.map((one): AskedBoth => ({ origin: 'grid', ...one })),
  ];
  const count = (origin: AskedBoth['origin']) =>
    questions.filter((one) => one.origin === origin).length;
  return {
    ...{ beforeSha256: before.sha256, afterSha256: after.sha256 },
    ...textualDifference(before, after),
    asked: { case: count('case'), grid: count('grid'), recorded: count('recorded') },
    differences: questions.flatMap((one) => differenceOf(before, after, one)),
  };
}

function differenceOf(
  before: PolicyBundle,
  after: PolicyBundle,
  { origin, name, question }: AskedBoth,
): readonly AnswerDifference[] {
  const [first, second] = [before, after].map((bundle) =>
    expectationOf(answerQuestion(bundle, question, ['diff'])),
  );
  if (!first || !second || isSameAnswer(first, second)) return [];
  return [{ origin, name, before: first, after: second }];
}

/** The answer is the same where type and requirement are; a rule renamed or split changes nothing for anybody. */
function isSameAnswer(first: Expectation, second: Expectation): boolean {
  return first.type === second.type && isDeepStrictEqual(first.requirement, second.requirement);
}

function textualDifference(before: PolicyBundle, after: PolicyBundle) {
  const textsOf = ({ policies }: PolicyBundle) =>
    new Map(policies.map(({ id, text }) => [id, text]));
  const [first, second] = [textsOf(before), textsOf(after)];
  const ids = [...second.keys()];
  return {
    added: ids.filter((id) => !first.has(id)),
    removed: [...first.keys()].filter((id) => !second.has(id)),
    changed: ids.filter((id) => first.has(id) && first.get(id) !== second.get(id)),
  };
}
