import { isDeepStrictEqual } from 'node:util';
import { InputError, type PolicyDecision } from '@counterfoil/core';
import { answerQuestion, type NamedPolicy, type PolicyBundle } from '@counterfoil/guard';
import { bundleOf } from '../bundle/part-bundle.ts';
import type { LoadedBundle } from '../bundle/read-bundle.ts';
import type { Expectation, PolicyCase } from './policy-case.ts';

/** What became of one case. */
export interface CaseResult {
  readonly name: string;
  readonly file: string;
  readonly status: 'passed' | 'failed';
  readonly expected: Expectation;
  readonly answered: Expectation & { readonly reason?: string };
}

/** Runs every case against a bundle. A case whose `only` names a policy that the bundle does not have is an `InputError`. */
export function runCases(
  loaded: LoadedBundle,
  cases: readonly PolicyCase[],
): readonly CaseResult[] {
  const ask = caseAsker(loaded);
  return cases.map((given) => {
    const decision = ask(given);
    const passed = isDeepStrictEqual(expectationOf(decision), given.expect);
    return {
      name: given.name,
      file: given.file,
      status: passed ? 'passed' : 'failed',
      expected: given.expect,
      answered: {
        ...expectationOf(decision),
        ...(decision.type === 'deny' ? { reason: decision.reason } : {}),
      },
    };
  });
}

/** Answers cases by a bundle; parts of it are loaded once. */
export function caseAsker({ files, bundle }: LoadedBundle): (given: PolicyCase) => PolicyDecision {
  const parts = new Map<string, PolicyBundle>();
  const partOf = (only: readonly string[], caseName: string): PolicyBundle => {
    const key = only.join('\n');
    const part =
      parts.get(key) ??
      bundleOf(
        files,
        only.map((id) => policyOf(bundle, id, caseName)),
      );
    parts.set(key, part);
    return part;
  };
  return ({ name, only, question }) =>
    answerQuestion(only ? partOf(only, name) : bundle, question, [name]);
}

/** The part of a decision that a case speaks of. */
export function expectationOf(decision: PolicyDecision): Expectation {
  const { type, policyIds } = decision;
  return decision.type === 'require_approval'
    ? { type, policyIds, requirement: decision.requirement }
    : { type, policyIds };
}

function policyOf({ policies }: PolicyBundle, id: string, caseName: string): NamedPolicy {
  const found = policies.find((policy) => policy.id === id);
  if (found) return found;
  throw new InputError(
    'POLICY_UNKNOWN',
    `the case "${caseName}" is about ${id}, which is no policy`,
    {
      remedy: 'correct the name in `only`, or remove the case together with its policy',
    },
  );
}
