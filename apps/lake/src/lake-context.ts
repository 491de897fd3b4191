import type { LakeSettings } from '@counterfoil/config';
import type { Manifest, ScopedLake, VersionStore } from '@counterfoil/costs';
import { InputError, type Clock, type CostBasis, type Signal } from '@counterfoil/core';
import type { Store } from '@counterfoil/store';
import type { FeedbackLog } from './feedback/feedback-log.ts';
import type { OpenVersions } from './open-versions.ts';
import type { CalendarSettings } from './planned-calendars.ts';
import type { ContractTable } from './contracts/contract-table.ts';
import type { QualityJudge } from './quality/quality-judge.ts';
import type { VersionOfContents } from './version-of-contents.ts';
import type { WorkQueue } from './work-queue.ts';

/** Reading a whole version, as detection and forecast do, takes longer than a question of a case may. */
const WHOLE_VERSION_TIMEOUT_MS = 10 * 60_000;

/** What the routes of the lake work with. */
export interface LakeContext {
  readonly versions: VersionStore;
  readonly open: OpenVersions;
  readonly versionOf: VersionOfContents;
  readonly store: {
    readonly cases: Pick<Store['cases'], 'load'>;
    readonly signals: Pick<Store['signals'], 'read' | 'write' | 'recordIngest' | 'ingests'>;
  };
  readonly clock: Clock;
  readonly memoryLimitMb: number;
  readonly spillDirectory: string;
  /** Judges versions and the accounts in them. */
  readonly quality: QualityJudge;
  /** When commitments end, as contracts say. */
  readonly contracts: ContractTable;
  readonly planned: LakeSettings['plannedActivities'];
  readonly calendars: readonly CalendarSettings[];
  /** What people said of earlier signals. */
  readonly feedback: FeedbackLog;
  /** What changes the lake or reads it all runs one at a time; questions of cases run beside it. */
  readonly oneAtATime: WorkQueue;
}

/** Runs `work` on the newest version with all its accounts: for the operator only. `InputError` where the lake is empty. */
export async function withNewest<Result>(
  { versions, open }: LakeContext,
  work: (lake: ScopedLake, manifest: Manifest) => Promise<Result>,
): Promise<Result> {
  const [newest] = await versions.list();
  if (newest) {
    return open.with(newest.versionId, (version) =>
      work(version.scoped('all', WHOLE_VERSION_TIMEOUT_MS), newest),
    );
  }
  throw new InputError('LAKE_EMPTY', 'the lake has no data yet', {
    remedy: 'ingest billing files first: counterfoil ingest <path>…',
  });
}

/** Runs `work` within the accounts and the data version of the case's own row, whatever the caller says. */
export async function withCase<Result>(
  { store, open, versionOf }: LakeContext,
  caseId: string,
  work: (lake: ScopedLake, signal: Signal) => Promise<Result>,
): Promise<Result> {
  const state = await store.cases.load(caseId);
  if (state) {
    const { signal } = state;
    const versionId = await versionOf(signal.dataVersion, signal.scopeAccounts);
    return open.with(versionId, (version) => work(version.scoped(signal.scopeAccounts), signal));
  }
  throw new InputError('CASE_UNKNOWN', `there is no case ${caseId.slice(0, 80)}`, {
    remedy: 'ask with the id of an open case',
  });
}

/** Runs `work` with the version that was the newest before this one, where there is one. */
export async function withPrevious<Result>(
  { versions, open }: LakeContext,
  versionId: string,
  work: (previous?: { readonly lake: ScopedLake; readonly basis: CostBasis }) => Promise<Result>,
): Promise<Result> {
  const all = await versions.list();
  const previous = all[all.findIndex((one) => one.versionId === versionId) + 1];
  if (!previous) return work();
  const { basis } = previous;
  return open.with(previous.versionId, (version) =>
    work({ lake: version.scoped('all', WHOLE_VERSION_TIMEOUT_MS), basis }),
  );
}
