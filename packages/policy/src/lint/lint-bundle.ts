import { isDeepStrictEqual } from 'node:util';
import type { PolicyQuestion } from '@counterfoil/core';
import { answerQuestion, type NamedPolicy } from '@counterfoil/guard';
import { bundleOf } from '../bundle/part-bundle.ts';
import type { LoadedBundle } from '../bundle/read-bundle.ts';
import type { PolicyCase } from '../cases/policy-case.ts';
import { expectationOf } from '../cases/run-cases.ts';
import { domainOf } from '../questions/domain.ts';
import { gridOf } from '../questions/grid.ts';

/** Something about a policy that its author should look at. */
export interface LintFinding {
  readonly code: 'without_doc' | 'without_cases' | 'unreachable' | 'shadowed' | 'second_line';
  /** A `note` is worth knowing and nothing to correct. */
  readonly severity: 'problem' | 'note';
  readonly policyId: string;
  readonly note: string;
}

const NOTES: Readonly<Record<LintFinding['code'], string>> = {
  without_doc: 'has no @doc: nobody who is refused by it can be told why',
  without_cases: 'is named by no case: a mistake in it would go unnoticed',
  unreachable: 'matches none of the questions that were asked: can its condition ever hold?',
  shadowed: 'changes no answer by being there: another rule always answers first',
  second_line: 'is a second line of defence: other rules deny already what it forbids',
};

/**
 * What a bundle that validates may still have wrong. `unreachable` and `shadowed` are judged upon the cases and the grid around the
 * base question: both sides of every threshold, alone and together with class, environment, autonomy and approval.
 */
export function lintBundle(
  loaded: LoadedBundle,
  given: { readonly base: PolicyQuestion; readonly cases: readonly PolicyCase[] },
): readonly LintFinding[] {
  const grid = gridOf(given.base, domainOf([loaded.bundle]));
  const questions = [...given.cases, ...grid].map(({ question }) => question);
  return loaded.bundle.policies.flatMap((policy) => {
    const about = given.cases.filter((one) => isAbout(one, policy.id));
    // Cases that speak of the policy come first: they are the likely ones to show that it matters.
    const ordered = [...about.map(({ question }) => question), ...questions];
    const reach = reachOf(loaded, policy, ordered);
    const codes: readonly (readonly [LintFinding['code'], boolean])[] = [
      ['without_doc', policy.doc === ''],
      ['without_cases', about.length === 0],
      ['unreachable', reach === 'unreachable'],
      ['shadowed', reach === 'shadowed' && policy.effect === 'permit'],
      ['second_line', reach === 'shadowed' && policy.effect === 'forbid'],
    ];
    return codes.flatMap(([code, holds]) =>
      holds ? [{ code, severity: severityOf(code), policyId: policy.id, note: NOTES[code] }] : [],
    );
  });
}

function severityOf(code: LintFinding['code']): LintFinding['severity'] {
  return code === 'second_line' ? 'note' : 'problem';
}

function isAbout({ only, expect }: PolicyCase, policyId: string): boolean {
  return only?.includes(policyId) === true || expect.policyIds.includes(policyId);
}

/** A rule can change only answers to questions that it matches, so no others are compared. */
function reachOf(
  loaded: LoadedBundle,
  policy: NamedPolicy,
  questions: readonly PolicyQuestion[],
): 'matters' | 'shadowed' | 'unreachable' {
  const matches = matcherOf(loaded, policy);
  const others = loaded.bundle.policies.filter(({ id }) => id !== policy.id);
  const without = bundleOf(loaded.files, others);
  let reach: 'shadowed' | 'unreachable' = 'unreachable';
  for (const question of questions) {
    if (!matches(question)) continue;
    reach = 'shadowed';
    const [first, second] = [loaded.bundle, without].map((bundle) =>
      expectationOf(answerQuestion(bundle, question, ['lint'])),
    );
    const isSame =
      first?.type === second?.type && isDeepStrictEqual(first?.requirement, second?.requirement);
    if (!isSame) return 'matters';
  }
  return reach;
}

/** Whether a policy alone has to do with the answer. A forbid is asked beside a rule that permits everything. */
function matcherOf(
  { files }: LoadedBundle,
  policy: NamedPolicy,
): (question: PolicyQuestion) => boolean {
  const permitAll = { text: '@id("permit-all") permit(principal, action, resource);' };
  const policies = policy.effect === 'forbid' ? [policy, permitAll] : [policy];
  const alone = bundleOf(files, policies);
  return (question) =>
    answerQuestion(alone, question, ['lint']).policyIds.includes(policy.id) ||
    (policy.effect === 'permit' && asks(alone, question));
}

function asks(bundle: ReturnType<typeof bundleOf>, question: PolicyQuestion): boolean {
  const { approval: _, ...unapproved } = question;
  return answerQuestion(bundle, unapproved, ['lint']).type !== 'deny';
}
