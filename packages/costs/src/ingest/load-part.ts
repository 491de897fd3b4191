import { mkdir, rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ConflictError, invariant } from '@counterfoil/core';
import type { Engine } from '../duck/engine.ts';
import { findFileTraps } from '../quality/file-traps.ts';
import { writeFacets } from '../quality/facets.ts';
import {
  CHARGES_FILE,
  FACETS_FILE,
  MENDED_FILE,
  partIdOf,
  REJECTS_FILE,
  type Part,
} from '../versions/part.ts';
import type { PartStore } from '../versions/part-store.ts';
import type { FileProbe } from './probe.ts';
import { readProblems, writeCharges, writeRejects } from './publishing.ts';
import { judge, readTotals, reconcileFile } from './reconcile.ts';
import { stageFile, type StagedFile } from './stage.ts';

/** Folder of an unpublished part for what is not published. */
const WORK_DIRECTORY = 'work';

export interface LoadPart {
  /** Keeps the names of this file's tables apart from those of others. */
  readonly index: number;
  readonly probe: FileProbe;
  readonly parts: PartStore;
}

/**
 * Makes the part of one file, whole and durable, or finds that it is there already. Fails with `InputError` where the file cannot be
 * read as billing data, and then leaves nothing.
 */
export async function loadPart(engine: Engine, { index, probe, parts }: LoadPart): Promise<Part> {
  const partId = partIdOf(probe.sha256);
  const known = await parts.read(partId);
  if (known) return known;
  const directory = await parts.begin(partId);
  try {
    const work = join(directory, WORK_DIRECTORY);
    await mkdir(work);
    const linkPath = join(work, 'source');
    await symlink(probe.path, linkPath);
    const staged = await stageFile(engine, { index, probe, linkPath });
    await refuseChanged(probe);
    const part = await describe(engine, staged, { partId, directory });
    await rm(work, { recursive: true });
    await parts.publish(part);
    return part;
  } catch (error) {
    await parts.abandon(partId);
    throw error;
  }
}

async function refuseChanged(probe: FileProbe): Promise<void> {
  const now = await stat(probe.path);
  if (now.size === probe.bytes && now.mtimeMs === probe.modifiedMs) return;
  throw new ConflictError('FILE_CHANGED', `${probe.name} changed while it was read`, {
    remedy: 'wait until the export is complete and ingest again',
  });
}

async function describe(
  engine: Engine,
  staged: StagedFile,
  { partId, directory }: { readonly partId: string; readonly directory: string },
): Promise<Part> {
  const facets = join(directory, FACETS_FILE);
  const paths = { charges: join(directory, CHARGES_FILE), mended: join(directory, MENDED_FILE) };
  const { decimals } = staged.reading;
  const mended = staged.counts.rowsOdd > 0;
  await writeCharges(engine, staged, paths);
  await writeFacets(
    engine,
    {
      path: paths.charges,
      mendedPath: mended ? paths.mended : null,
      decimals,
      billingPeriods: 'all',
    },
    facets,
  );
  await writeRejects(engine, staged, join(directory, REJECTS_FILE));
  const report = await reportOf(engine, staged, facets);
  return {
    v: 1,
    partId,
    decimals,
    mended,
    report,
    ...(await readProblems(engine, staged)),
    findings: await findFileTraps(engine, staged, report),
  };
}

async function reportOf(
  engine: Engine,
  staged: StagedFile,
  facets: string,
): Promise<Part['report']> {
  const { probe, counts } = staged;
  const mended = await countMended(engine, staged);
  const totals = await readTotals(engine, facets);
  const rowsLoaded = totals.reduce((sum, { rows }) => sum + rows, 0);
  invariant(
    rowsLoaded === counts.rows - mended.rejected,
    `${rowsLoaded} rows stand in the part of ${counts.rows - mended.rejected}`,
  );
  const reconciliation = await reconcileFile(engine, staged, totals);
  return {
    bytes: probe.bytes,
    sha256: probe.sha256,
    layout: staged.layoutName,
    encoding: probe.format === 'csv' ? probe.encoding : 'parquet',
    header: staged.header,
    rowsRead: counts.rows + counts.recordsUnreadable,
    rowsLoaded,
    rowsRejected: mended.rejected + counts.recordsUnreadable,
    rowsIncomplete: mended.incomplete,
    totals,
    reconciliation,
    reconciled: judge(reconciliation).reconciled,
  };
}

async function countMended(engine: Engine, { counts, mendedTable }: StagedFile) {
  if (counts.rowsOdd === 0) return { rejected: 0, incomplete: 0 };
  const [row] = await engine.rows(
    `SELECT count(*) FILTER (x_rejected), count(*) FILTER (x_dropped AND NOT x_rejected) FROM ${mendedTable}`,
  );
  return { rejected: Number(row?.[0]), incomplete: Number(row?.[1]) };
}
