import type { CostBasis, CostElement, JsonObject } from '@counterfoil/core';
import { callLake, type LakeAddress } from './connection.ts';

/** Ingest and detection may be silent for as long as their longest single step. */
const WORK_SILENCE_MS_MAX = 15 * 60_000;
const READ_SILENCE_MS_MAX = 30_000;

/** How far an ingest has come. */
export interface LakeIngestProgress {
  readonly stage: 'reading' | 'loading' | 'writing' | 'checking' | 'published' | 'known';
  readonly file: string | null;
  readonly filesDone: number;
  readonly filesCount: number;
}

/** The parts of a version's manifest that people are shown; `manifest` on disk has more. */
export interface LakeManifest extends JsonObject {
  readonly versionId: string;
  readonly ingestedAt: string;
  readonly rowsRead: number;
  readonly rowsLoaded: number;
  readonly rowsRejected: number;
  readonly reconciled: boolean;
  /** Plain decimal; `0` where every total matches its file. */
  readonly difference: string;
  readonly basis: CostBasis;
  readonly fromDate: string;
  readonly toDate: string;
  readonly currencies: readonly string[];
  readonly files: readonly (JsonObject & {
    readonly name: string;
    readonly layout: string;
    readonly rowsRead: number;
    readonly rowsLoaded: number;
    readonly rowsRejected: number;
    readonly reconciled: boolean;
  })[];
  readonly findings: readonly (JsonObject & {
    readonly code: string;
    readonly severity: 'info' | 'warning';
    readonly subject: string | null;
    readonly message: string;
  })[];
}

/** What an ingest did; `known` where the same contents are in the lake already. */
export interface LakeIngestReply {
  readonly status: 'published' | 'known';
  readonly manifest: LakeManifest;
  /** `VersionQuality` of the costs package; null where it could not be judged. */
  readonly dataQuality: JsonObject | null;
  /** `VersionsDiff` of the costs package against the version that was the newest before; null where there was none. */
  readonly diff: JsonObject | null;
}

/** What to ingest, and how it stands to the newest version. */
export interface LakeIngestRequest {
  readonly paths: readonly string[];
  /** `full`: these files and nothing else; `restate`: their billing periods take the place of what was known; `append`: on top. */
  readonly mode?: 'full' | 'restate' | 'append';
}

/** What a detection run looked at and found. */
export interface LakeDetectReply {
  readonly dataVersion: string;
  readonly basis: CostBasis;
  readonly seriesCount: number;
  readonly daysCount: number;
  readonly lastCompleteDate: string | null;
  /** Signals found, and of those how many were new to the store. */
  readonly signalsCount: number;
  readonly signalsAdded: number;
  /** Of the signals, those that carry an innocent explanation. */
  readonly innocentCount: number;
  /** Of the series, those by the hour; the last hour judged is null where no charges come by the hour. */
  readonly hourlySeriesCount: number;
  readonly lastCompleteHour: string | null;
  /** Tag keys by whose values cost was watched too. */
  readonly tagKeys: readonly string[];
  /** Changes that are not alerted because of somebody's feedback. */
  readonly suppressed: readonly {
    readonly feedbackId: string;
    readonly element: CostElement;
    readonly direction: 'increase' | 'decrease';
    readonly onsetDate: string;
    readonly lastDate: string;
    readonly impactPerDay: { readonly amount: string; readonly currency: string };
  }[];
  /** Settled days that the version before had shown otherwise. */
  readonly restatements: readonly {
    readonly currency: string;
    readonly previousVersion: string;
    readonly fromDate: string;
    readonly toDate: string;
    readonly daysCount: number;
    readonly net: string;
    readonly gross: string;
  }[];
  /** Departures that count by themselves, but not among so many series. */
  readonly heldBackCount: number;
  /** Why less could be detected than one would like; empty where nothing stood in the way. */
  readonly limits: readonly string[];
}

/** The lake as the operator sees it: everything that is not bound to a case. */
export interface LakeAdmin {
  /** Makes one version of all files behind the paths; the paths are read by the lake process. */
  ingest(
    request: LakeIngestRequest,
    onProgress?: (progress: LakeIngestProgress) => void,
  ): Promise<LakeIngestReply>;
  /** Detects anomalies in the newest version and hands the signals to the store. */
  detect(): Promise<LakeDetectReply>;
  /**
   * Asks for an analysis of the newest version by the name of its route, such as `forecast`: request in, answer out, both of the
   * costs package.
   */
  ask(analysis: string, request: JsonObject): Promise<JsonObject>;
  /** Newest first. */
  versions(): Promise<readonly LakeManifest[]>;
  version(versionId: string): Promise<LakeManifest>;
}

/** Opens the operator's side of the lake over its socket. */
export function openLakeAdmin(address: LakeAddress): LakeAdmin {
  return {
    ingest: async ({ paths, mode }, onProgress) => {
      const reply = await callLake(address, {
        method: 'POST',
        path: '/ingest',
        body: { paths, ...(mode !== undefined && { mode }) },
        silenceMsMax: WORK_SILENCE_MS_MAX,
        onLine: (line) => onProgress?.(line as unknown as LakeIngestProgress),
      });
      return reply as unknown as LakeIngestReply;
    },
    detect: async () => {
      const reply = await callLake(address, {
        method: 'POST',
        path: '/detect',
        body: {},
        silenceMsMax: WORK_SILENCE_MS_MAX,
      });
      return reply as unknown as LakeDetectReply;
    },
    ask: (analysis, request) =>
      callLake(address, {
        method: 'POST',
        path: `/${analysis}`,
        body: request,
        silenceMsMax: WORK_SILENCE_MS_MAX,
      }),
    versions: async () => {
      const reply = await callLake(address, {
        method: 'GET',
        path: '/versions',
        silenceMsMax: READ_SILENCE_MS_MAX,
      });
      return reply.versions as unknown as readonly LakeManifest[];
    },
    version: async (versionId) => {
      const reply = await callLake(address, {
        method: 'GET',
        path: `/versions/${encodeURIComponent(versionId)}`,
        silenceMsMax: READ_SILENCE_MS_MAX,
      });
      return reply as unknown as LakeManifest;
    },
  };
}
