import { isDeepStrictEqual } from 'node:util';
import { InputError } from '@counterfoil/core';
import { bundleOf } from '../bundle/part-bundle.ts';
import type { LoadedBundle } from '../bundle/read-bundle.ts';
import { mutantsOf, type Mutant } from './mutate.ts';
import type { PolicyCase } from './policy-case.ts';
import { caseAsker, expectationOf } from './run-cases.ts';

/** What the cases notice of mistakes that somebody could make in a bundle. */
export interface MutationReport {
  readonly mutants: number;
  /** Changes that no case notices; empty for a pack whose cases hold it. */
  readonly survivors: readonly Mutant[];
}

/**
 * Removes every policy in turn and moves every number by one, up and down, and looks whether a case notices. The cases must all pass
 * beforehand. A mutant that does not load counts as noticed: nobody could put it into effect.
 */
export function findSurvivors(loaded: LoadedBundle, cases: readonly PolicyCase[]): MutationReport {
  const mutants = loaded.bundle.policies.flatMap(mutantsOf);
  return {
    mutants: mutants.length,
    survivors: mutants.filter((mutant) => !isNoticed(loaded, cases, mutant)),
  };
}

function isNoticed(loaded: LoadedBundle, cases: readonly PolicyCase[], mutant: Mutant): boolean {
  const policies = loaded.bundle.policies.flatMap((policy) => {
    if (policy.id !== mutant.policyId) return [policy];
    return mutant.text === null ? [] : [{ ...policy, text: mutant.text }];
  });
  let ask: ReturnType<typeof caseAsker>;
  try {
    ask = caseAsker({ files: loaded.files, bundle: bundleOf(loaded.files, policies) });
  } catch {
    return true;
  }
  const about = (given: PolicyCase) =>
    given.only?.includes(mutant.policyId) === true ||
    given.expect.policyIds.includes(mutant.policyId);
  // Those that speak of the policy first: they are the likely ones to notice.
  const ordered = [...cases.filter(about), ...cases.filter((given) => !about(given))];
  return ordered.some((given) => notices(ask, given));
}

function notices(ask: ReturnType<typeof caseAsker>, given: PolicyCase): boolean {
  try {
    return !isDeepStrictEqual(expectationOf(ask(given)), given.expect);
  } catch (error) {
    if (error instanceof InputError) return true;
    throw error;
  }
}
