import type { AutonomyLevel, Clock } from '@counterfoil/core';
import { createMemoryUse, type MemoryStore } from '@counterfoil/testkit';
import type { GateSources } from '../execution/gate-facts.ts';

/** Good data, no freeze, no limit near: what leaves the answer to the rules that a test is about. */
export function testSources(
  store: MemoryStore,
  clock: Clock,
  autonomy: AutonomyLevel,
): GateSources {
  return {
    use: createMemoryUse(store, clock),
    calendar: { businessHours: null, freezes: [] },
    changeRequiredIn: [],
    clearances: new Map([
      ['slack.post_message', 2],
      ['jira.create_issue', 2],
    ]),
    autonomyOf: async () => ({ configured: autonomy, earned: autonomy }),
    changeStatusOf: async () => 'absent',
    dataQualityOf: async () => ({ tagCoveragePercent: 95, conformant: 'yes', reconciled: 'yes' }),
  };
}
