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

/** Whether nothing more happens to this case by itself: it waits for people, or it has ended. */
export function isAtRest(state: CaseState): boolean {
  if (state.status === 'closed' || state.status === 'halted') return true;
  return (
    state.status === 'awaiting_approval' &&
    state.actions.every(({ status }) => status === 'awaiting_approval' || isSettled(status))
  );
}

/** Cases that still move by themselves, and signals that nobody has looked at yet. */
export async function countUnsettled(
  store: Store,
): Promise<{ readonly cases: number; readonly signals: number }> {
  const rows = await readAll<CaseRow>((page) => store.cases.list(page));
  const cases = rows.filter((row) => !isAtRest(row.state)).length;
  return { cases, signals: await store.signals.pendingCount() };
}

/** What the installation holds now, dearest case first: as printed by `--json`, and the whole states behind it. */
export async function readResult(
  store: Store,
): Promise<{ readonly result: MainJobResult; readonly states: readonly CaseState[] }> {
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
