import { ingest, type IngestProgress, type IngestResult, type Manifest } from '@counterfoil/costs';
import { InputError, type Json, type JsonObject } from '@counterfoil/core';
import type { Store } from '@counterfoil/store';
import type { LakeContext } from '../lake-context.ts';
import type { Route } from './route.ts';

const PATHS_MAX = 10_000;
const REPORTS_PAGE = 100;

/** Progress as one JSON line each, then the report as the last line. */
export const ingestRoute: Route = {
  method: 'POST',
  path: 'ingest',
  answer: async (question, context) => {
    const paths = pathsOf(question.body());
    const onProgress = (progress: IngestProgress) =>
      question.tell({ type: 'progress', ...progress });
    const result = await context.oneAtATime(() => run(context, paths, onProgress));
    return { type: 'report', ...result };
  },
};

function pathsOf(body: Json): readonly string[] {
  const object = typeof body === 'object' && body !== null ? (body as JsonObject) : {};
  const { paths, ...rest } = object;
  const isList =
    Array.isArray(paths) &&
    paths.length >= 1 &&
    paths.length <= PATHS_MAX &&
    paths.every((path) => typeof path === 'string' && path !== '' && !path.includes('\0'));
  if (isList && Object.keys(rest).length === 0) return paths as readonly string[];
  throw new InputError('BODY_MALFORMED', `paths must be a list of 1 to ${PATHS_MAX} file paths`);
}

async function run(
  { versions, store, clock, memoryLimitMb }: LakeContext,
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
