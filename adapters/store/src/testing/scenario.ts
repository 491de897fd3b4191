import type { Digest, Signal } from '@counterfoil/core';
import type { Store } from '../contract.ts';
import type { Role } from '../migrations/roles.ts';
import { opened, openSampleStore, sampleProposal, sampleSignal } from './samples.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

/** A database with a store opened as every role. */
export interface Scenario {
  readonly database: TestDatabase;
  readonly as: Readonly<Record<Role, Store>>;
  /** A case whose proposal has these actions; returns their digests. */
  propose(caseId: string, names: readonly string[]): Promise<readonly Digest[]>;
  close(): Promise<void>;
}

export async function openScenario(): Promise<Scenario> {
  const database = await createTestDatabase();
  const stores = await Promise.all(
    Object.entries(database.urls).map(
      async ([role, url]) => [role, await openSampleStore(url)] as const,
    ),
  );
  const as = Object.fromEntries(stores) as Record<Role, Store>;
  return {
    database,
    as,
    async propose(caseId, names) {
      await openCase(as, caseId, sampleSignal(`signal-of-${caseId}`));
      const proposal = sampleProposal(caseId, names);
      await as.cf_agent.cases.commit({
        caseId,
        versionExpected: 1,
        events: [{ type: 'proposal_made', proposal }],
        jobs: [],
      });
      return proposal.actions.map((action) => action.digest);
    },
    async close() {
      await Promise.all(stores.map(([, store]) => store.close()));
      await database.close();
    },
  };
}

/** Writes the signal as the lake and opens its case as the agent. */
export async function openCase(
  as: Readonly<Record<Role, Store>>,
  caseId: string,
  signal: Signal,
): Promise<void> {
  await as.cf_lake.signals.write([signal]);
  await as.cf_agent.cases.commit({
    caseId,
    versionExpected: 0,
    events: [opened(signal)],
    jobs: [],
  });
}
