import { isSettled, type CaseState } from '@counterfoil/core';
import type { CaseRow, Page, PageRequest, Store } from '@counterfoil/store';
import { caseResult, dismissedResult, logPosition, type MainJobResult } from './main-job-result.ts';

const PAGE_LIMIT = 200;

/** Every item of a paged list. */
export async function readAll<Item>(
  read: (page: PageRequest) => Promise<Page<Item>>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let after: string | undefined;
  do {
    const page: Page<Item> = await read(
      after === undefined ? { limit: PAGE_LIMIT } : { limit: PAGE_LIMIT, after },
    );
    items.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return items;
}

/**
 * Whether nothing more happens to this case by itself: it has ended, or each of its actions is settled, waits for people, or,
 * while the kill switch is engaged, is approved and waits for that.
 */
export function isAtRest(state: CaseState, killSwitch: 'off' | 'engaged'): boolean {
  if (state.status === 'closed' || state.status === 'halted') return true;
  const open = state.actions.filter(({ status }) => !isSettled(status));
  const waiting =
    killSwitch === 'engaged' ? ['awaiting_approval', 'approved'] : ['awaiting_approval'];
  return open.length > 0 && open.every(({ status }) => waiting.includes(status));
}

/** What still moves by itself. `progress` changes whenever any case takes a step. */
export interface Unsettled {
  readonly cases: number;
  readonly signals: number;
  readonly progress: string;
}

/** Cases that still move by themselves, and signals that nobody has looked at yet. */
export async function readUnsettled(store: Store): Promise<Unsettled> {
  const rows = await readAll<CaseRow>((page) => store.cases.list(page));
  const kills = await store.kills.read();
  // A lift that does not hold is for the guard to find; here it only means a longer wait.
  const killSwitch = kills.some(({ lift }) => lift === null || lift === undefined)
    ? 'engaged'
    : 'off';
  const signals = await store.signals.pendingCount();
  const versions = rows.reduce((sum, { state }) => sum + state.version, 0);
  return {
    cases: rows.filter((row) => !isAtRest(row.state, killSwitch)).length,
    signals,
    progress: `${versions} ${signals}`,
  };
}

/** What the installation holds now, dearest case first: as printed by `--json`, and the whole states behind it. */
export async function readResult(store: Store): Promise<{
  readonly result: Omit<MainJobResult, 'detection'>;
  readonly states: readonly CaseState[];
}> {
  const rows = await readAll<CaseRow>((page) => store.cases.list(page));
  const dismissed = await readAll((page) => store.signals.dismissed(page));
  const ingests = await readAll((page) => store.signals.ingests(page));
  const checkpoint = await store.log.checkpoint();
  const states = rows.map((row) => row.state).toSorted(byImpact);
  const result = {
    cases: states.map(caseResult),
    dismissed: dismissed.map(dismissedResult),
    ingest: ingests.map((ingest) => ingest.report),
    log: logPosition(checkpoint?.checkpointText ?? null),
  };
  return { result, states };
}

function byImpact(a: CaseState, b: CaseState): number {
  // Only the order depends on this; the figures themselves stay decimal text.
  const difference =
    Number(b.signal.anomaly.impactPerDay.amount) - Number(a.signal.anomaly.impactPerDay.amount);
  return difference === 0 ? a.caseId.localeCompare(b.caseId) : difference;
}
