import {
  ingest,
  type IngestMode,
  type IngestProgress,
  type IngestResult,
  type Manifest,
  type VersionQuality,
  type VersionsDiff,
} from '@counterfoil/costs';
import { InputError, type Json, type JsonObject } from '@counterfoil/core';
import type { Store } from '@counterfoil/store';
import type { LakeContext } from '../lake-context.ts';
import { diffOf } from './diff.ts';
import type { Route } from './route.ts';

const PATHS_MAX = 10_000;
const REPORTS_PAGE = 100;

const MODES: readonly IngestMode[] = ['full', 'restate', 'append'];

/**
 * `{paths, mode?}` in. Progress as one JSON line each, then the report as the last line; `diff` is what the version changed of the one
 * that was the newest before, null where there was none or nothing was done, and `dataQuality` how far the version can be relied on, null
 * where that could not be judged.
 */
export const ingestRoute: Route = {
  method: 'POST',
  path: 'ingest',
  answer: async (question, context) => {
    const request = requestOf(question.body());
    const onProgress = (progress: IngestProgress) =>
      question.tell({ type: 'progress', ...progress });
    const result = await context.oneAtATime(() => run(context, request, onProgress));
    return { type: 'report', ...result };
  },
};

interface IngestReport extends IngestResult {
  readonly dataQuality: VersionQuality | null;
  readonly diff: VersionsDiff | null;
}

interface IngestRequest {
  readonly paths: readonly string[];
  readonly mode: IngestMode;
}

function requestOf(body: Json): IngestRequest {
  const object = typeof body === 'object' && body !== null ? (body as JsonObject) : {};
  const { paths, mode = 'full', ...rest } = object;
  const known = MODES.find((one) => one === mode);
  const isList =
    Array.isArray(paths) &&
    paths.length >= 1 &&
    paths.length <= PATHS_MAX &&
    paths.every((path) => typeof path === 'string' && path !== '' && !path.includes('\0'));
  if (isList && known !== undefined && Object.keys(rest).length === 0) {
    return { paths: paths as readonly string[], mode: known };
  }
  throw new InputError(
    'BODY_MALFORMED',
    `paths must be a list of 1 to ${PATHS_MAX} file paths, and mode one of ${MODES.join(', ')}`,
  );
}

async function run(
  context: LakeContext,
  { paths, mode }: IngestRequest,
  onProgress: (progress: IngestProgress) => void,
): Promise<IngestReport> {
  const { versions, store, clock, memoryLimitMb } = context;
  const [before] = await versions.list();
  const result = await ingest(paths, { versions, clock, memoryLimitMb, mode, onProgress });
  const { manifest, status } = result;
  const dataQuality = await context.quality.ofVersion(manifest);
  // A process killed between publishing and recording makes it good when it is given the same files again.
  if (status === 'published' || !(await isRecorded(store, manifest.versionId))) {
    await store.signals.recordIngest(reportOf(manifest, dataQuality));
  }
  const isOther = before !== undefined && before.versionId !== manifest.versionId;
  const diff = isOther ? await diffOf(context, before, manifest) : null;
  return { ...result, dataQuality, diff };
}

function reportOf(manifest: Manifest, dataQuality: VersionQuality | null): JsonObject {
  const report = {
    dataVersion: manifest.versionId,
    ...manifest,
    ...(dataQuality === null ? {} : { dataQuality }),
  };
  return report as unknown as JsonObject;
}

async function isRecorded(store: LakeContext['store'], dataVersion: string): Promise<boolean> {
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
