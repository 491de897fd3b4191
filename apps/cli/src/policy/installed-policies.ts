import { createPolicyKeeper, readBundleFiles, type KeptPolicies } from '@counterfoil/policy';
import type { OperatorSession } from '../state/operator-session.ts';

/** An act upon the policies that does not hold, and why. */
export interface IgnoredAct {
  readonly code: string;
  readonly note: string;
}

/** The policies in effect in an installation, and the acts that do not hold. */
export interface InstalledPolicies extends KeptPolicies {
  readonly ignored: readonly IgnoredAct[];
}

/** Reads which policies are in effect, as the executor does: every signature is verified here as well. */
export async function installedPolicies(session: OperatorSession): Promise<InstalledPolicies> {
  const { state, store, trust } = session;
  const ignored: IgnoredAct[] = [];
  const policies = createPolicyKeeper({
    trust,
    ownFiles: readBundleFiles(state.policies),
    store: store.policies,
    registry: () => session.registry(),
    onIgnored: (code, note) => ignored.push({ code, note }),
  });
  return { ...(await policies()), ignored };
}
