import type { ExecutorSettings } from '@counterfoil/config';
import {
  flawsOfChange,
  type ActionBinding,
  type ChangeFlaw,
  type ChangeRecords,
  type Clock,
} from '@counterfoil/core';
import type { GateSources } from '@counterfoil/engine';
import { createJiraClient, jiraChanges } from '@counterfoil/jira';
import { serviceNowChanges } from '@counterfoil/servicenow';

/** The configured system of change records; null where none is. */
export function changeRecordsOf(changes: ExecutorSettings['changes']): ChangeRecords | null {
  if (!changes) return null;
  if (changes.system === 'servicenow') return serviceNowChanges(changes);
  return jiraChanges(createJiraClient(changes), changes);
}

/**
 * The state of the change record that a binding names, read afresh each time: when people are asked, and again right before a
 * grant. A record that nobody can be asked about is invalid, never absent: an id that nobody confirmed excuses nothing.
 */
export function changeStatusOf(
  records: ChangeRecords | null,
  clock: Clock,
  onFlaws: (changeId: string, flaws: readonly ChangeFlaw[]) => void,
): GateSources['changeStatusOf'] {
  return async ({ changeId, account, blastRadius }: ActionBinding) => {
    if (changeId === null) return 'absent';
    if (!records) return 'invalid';
    const record = await records.find(changeId);
    const { targets } = blastRadius;
    const flaws = flawsOfChange(record, { account, targets, nowMs: clock.nowMs() });
    if (flaws.length === 0) return 'valid';
    onFlaws(changeId, flaws);
    return 'invalid';
  };
}
