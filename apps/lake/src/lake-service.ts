import {
  detectSignals,
  forecastCosts,
  ingest,
  localiseAnomaly,
  parseCostQuery,
  parseForecastRequest,
  summariseCommitments,
  type CommitmentsAnswer,
  type ForecastAnswer,
  type IngestProgress,
  type IngestResult,
  type LocaliseResult,
  type Manifest,
  type ScopedLake,
  type VersionStore,
} from '@counterfoil/costs';
import {
  InputError,
  type Clock,
  type CostAnswer,
  type CostBasis,
  type Json,
  type JsonObject,
  type Signal,
} from '@counterfoil/core';
import type { LakeSettings } from '@counterfoil/config';
import type { Store } from '@counterfoil/store';
import type { OpenVersions } from './open-versions.ts';
import { plannedActivities } from './planned-activities.ts';
import { createWorkQueue } from './work-queue.ts';

/** Reading a whole version, as detection and forecast do, takes longer than a question of a case may. */
const WHOLE_VERSION_TIMEOUT_MS = 10 * 60_000;

const REPORTS_PAGE = 100;

export interface LakeServiceOptions {
  readonly versions: VersionStore;
  readonly open: OpenVersions;
  readonly store: {
    readonly cases: Pick<Store['cases'], 'load'>;
    readonly signals: Pick<Store['signals'], 'write' | 'recordIngest' | 'ingests'>;
  };
  readonly clock: Clock;
  readonly memoryLimitMb: number;
  readonly planned: LakeSettings['plannedActivities'];
}

/** What a detection run looked at and found; `LakeDetectReply` of the lake's client. */
export interface DetectReport {
  readonly dataVersion: string;
  readonly basis: CostBasis;
  readonly seriesCount: number;
  readonly daysCount: number;
  readonly lastCompleteDate: string | null;
  readonly signalsCount: number;
  readonly signalsAdded: number;
  readonly innocentCount: number;
  readonly limits: readonly string[];
}

/** Everything that can be asked of the lake. */
export interface LakeService {
  ingest(
    paths: readonly string[],
    onProgress: (progress: IngestProgress) => void,
  ): Promise<IngestResult>;
  detect(): Promise<DetectReport>;
  /** Forecasts the newest version, all accounts; the request is read as `ForecastRequest`. */
  forecast(request: Json): Promise<ForecastAnswer>;
  /** Commitments in the newest version, all accounts. */
  commitments(): Promise<CommitmentsAnswer>;
  /** Answers within the accounts and the data version of the case's own row, whatever the caller says. */
  query(caseId: string, query: Json): Promise<CostAnswer>;
  localise(caseId: string): Promise<LocaliseResult>;
  versions(): Promise<readonly Manifest[]>;
  version(versionId: string): Promise<Manifest>;
}

/** Composes the lake from its parts. Ingest and detection run one at a time; questions of cases run beside them. */
export function createLakeService(options: LakeServiceOptions): LakeService {
  const { versions, open, store } = options;
  const oneAtATime = createWorkQueue();
  return {
    ingest: (paths, onProgress) => oneAtATime(() => runIngest(options, paths, onProgress)),
    detect: () => oneAtATime(() => runDetect(options)),
    forecast: async (body) => {
      const request = parseForecastRequest(body);
      const { versionId, basis, currencies } = await newestOf(versions);
      return open.with(versionId, (version) => {
        const lake = version.scoped('all', WHOLE_VERSION_TIMEOUT_MS);
        return forecastCosts({ lake, basis, currencies }, request);
      });
    },
    commitments: async () => {
      const { versionId, currencies } = await newestOf(versions);
      return open.with(versionId, (version) =>
        summariseCommitments(version.scoped('all', WHOLE_VERSION_TIMEOUT_MS), currencies),
      );
    },
    query: async (caseId, query) => {
      const plan = parseCostQuery(query);
      const signal = await signalOf(store, caseId);
      return open.with(signal.dataVersion, (version) =>
        version.scoped(signal.scopeAccounts).query(plan),
      );
    },
    localise: async (caseId) => {
      const signal = await signalOf(store, caseId);
      return open.with(signal.dataVersion, (version) =>
        localiseAnomaly(version.scoped(signal.scopeAccounts), signal.anomaly),
      );
    },
    versions: () => versions.list(),
    version: async (versionId) => {
      const manifest = await versions.read(versionId);
      if (manifest) return manifest;
      throw new InputError('VERSION_UNKNOWN', `the lake has no version ${versionId}`, {
        remedy: 'list the versions',
      });
    },
  };
}

async function runIngest(
  { versions, store, clock, memoryLimitMb }: LakeServiceOptions,
  paths: readonly string[],
  onProgress: (progress: IngestProgress) => void,
): Promise<IngestResult> {
  const result = await ingest(paths, { versions, clock, memoryLimitMb, onProgress });
  const { manifest, status } = result;
  // A process killed between publishing and recording makes it good when it is given the same files again.
  if (status === 'published' || !(await isRecorded(store, manifest.versionId))) {
    await store.signals.recordIngest(reportOf(manifest));
  }
  return result;
}

function reportOf(manifest: Manifest): JsonObject {
  return { dataVersion: manifest.versionId, ...(manifest as unknown as JsonObject) };
}

async function isRecorded(
  store: LakeServiceOptions['store'],
  dataVersion: string,
): Promise<boolean> {
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<Store['signals']['ingests']>> = await store.signals.ingests({
      limit: REPORTS_PAGE,
      ...(after === null ? {} : { after }),
    });
    if (page.items.some(({ report }) => report.dataVersion === dataVersion)) return true;
    after = page.next;
  } while (after !== null);
  return false;
}

async function runDetect(options: LakeServiceOptions): Promise<DetectReport> {
  const { versionId: dataVersion, basis, currencies } = await newestOf(options.versions);
  const found = await options.open.with(dataVersion, (version) => {
    const lake: ScopedLake = version.scoped('all', WHOLE_VERSION_TIMEOUT_MS);
    const planned = plannedActivities(options.planned);
    return detectSignals({ lake, basis, currencies, planned, clock: options.clock });
  });
  const { added } = await options.store.signals.write(found.signals);
  return {
    dataVersion,
    basis,
    seriesCount: found.seriesCount,
    daysCount: found.daysCount,
    lastCompleteDate: found.lastCompleteDate,
    signalsCount: found.signals.length,
    signalsAdded: added,
    innocentCount: found.signals.filter((signal) => signal.innocent !== undefined).length,
    limits: found.limits,
  };
}

async function newestOf(versions: VersionStore): Promise<Manifest> {
  const [newest] = await versions.list();
  if (newest) return newest;
  throw new InputError('LAKE_EMPTY', 'the lake has no data yet', {
    remedy: 'ingest billing files first: counterfoil ingest <path>…',
  });
}

async function signalOf(store: LakeServiceOptions['store'], caseId: string): Promise<Signal> {
  const state = await store.cases.load(caseId);
  if (state) return state.signal;
  throw new InputError('CASE_UNKNOWN', `there is no case ${caseId.slice(0, 80)}`, {
    remedy: 'ask with the id of an open case',
  });
}
