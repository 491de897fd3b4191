import type { ActionPerformer, ActionPlanner, Approver, AutonomyLevel } from '@counterfoil/core';
import type { PolicyBundle, Trust } from '@counterfoil/guard';
import type { FakeClock, MemoryStore } from '@counterfoil/testkit';
import type { Wait } from '../durable/wait.ts';
import type { ExecuteDependencies } from '../execution/dependencies.ts';
import { registerActions } from '../registry/registry.ts';
import type { TestLog } from './test-log.ts';
import { testSources } from './test-sources.ts';

/** How long a proposal of the tests may be approved. */
export const APPROVAL_TTL_MS = 24 * 3_600_000;

/** What an executor of the tests is made with. */
export interface TestExecutorOptions {
  readonly store: MemoryStore;
  readonly clock: FakeClock;
  readonly wait: Wait;
  readonly testLog: TestLog;
  readonly approvers: readonly Approver[];
  readonly bundle: PolicyBundle;
  readonly autonomy: AutonomyLevel;
  readonly planners: readonly ActionPlanner[];
  readonly performers: readonly ActionPerformer[];
}

/** Everything that an executor decides upon, over a store in memory and a real log. */
export function testExecutor(options: TestExecutorOptions): ExecuteDependencies {
  const { store, clock, wait, testLog, bundle, autonomy } = options;
  return {
    cases: store.cases,
    reviews: store.reviews,
    kills: store.kills,
    enrolments: async () => [],
    performers: registerActions(options.performers),
    planners: registerActions(options.planners),
    policies: async () => ({ bundle, authors: [], shadow: null }),
    sources: testSources(store, clock, autonomy),
    clock,
    wait,
    trust: testTrust(options),
    grantTtlMs: 15 * 60_000,
    approvalTtlMs: APPROVAL_TTL_MS,
    environmentOf: () => 'sandbox',
    proofWaitMs: 1000,
    callSettleMs: 20_000,
    logReader: testLog.files,
    caseLeaves: async (caseId: string) =>
      store.log.leaves.flatMap(({ index, ...leaf }) =>
        index !== null && leaf.caseId === caseId ? [{ ...leaf, index }] : [],
      ),
  };
}

function testTrust({
  testLog,
  bundle,
  approvers,
}: Pick<TestExecutorOptions, 'testLog' | 'bundle' | 'approvers'>): Trust {
  return {
    v: 1,
    tenant: 'acme',
    origin: testLog.origin,
    ...testLog.keys,
    policyBundleSha256: bundle.sha256,
    approvers: [...approvers],
    enrolmentKeys: [],
  };
}
