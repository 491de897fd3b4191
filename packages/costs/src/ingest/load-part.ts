import { mkdir, rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ConflictError, invariant } from '@counterfoil/core';
import type { Engine } from '../duck/engine.ts';
import { writeFacets } from '../quality/facets.ts';
import { findFileTraps } from '../quality/file-traps.ts';
import {
  CHARGES_FILE,
  FACETS_FILE,
  MENDED_FILE,
  partIdOf,
  REJECTS_FILE,
  type Part,
} from '../versions/part.ts';
import type { PartStore } from '../versions/part-store.ts';
import type { SourceInput } from './file-source.ts';
import { probeFile, type FileFacts, type FileProbe } from './probe.ts';
import { readProblems, writeCharges, writeRejects } from './publishing.ts';
import { judge, readTotals, reconcileFile } from './reconcile.ts';
import { stageFile, type StagedFile } from './stage.ts';

export interface LoadPart {
  /** Keeps the names of this file's tables apart from those of others. */
  readonly index: number;
  readonly path: string;
  /** What its first megabyte says, where the file is certainly new: it is then loaded while the rest is looked at. */
  readonly likely: FileFacts | null;
  readonly parts: PartStore;
  /** A folder on the disk of the lake. */
  readonly workDirectory: string;
}

/** A part, and the file that it came from now. */
export interface LoadedPart {
  readonly part: Part;
  readonly probe: FileProbe;
}

/**
 * Makes the part of one file, whole and durable, or finds that it is there already. Fails with `InputError` where the file cannot be
 * read as billing data, and then leaves nothing.
 */
export async function loadPart(engine: Engine, load: LoadPart): Promise<LoadedPart> {
  const { index, path, parts } = load;
  const work = join(load.workDirectory, `file-${index}`);
  await mkdir(work);
  const linkPath = join(work, 'source');
  await symlink(path, linkPath);
  const early = load.likely === null ? null : await stageEarly(engine, load.likely, load, linkPath);
  const probe = early?.probe ?? (await probeFile(path));
  const known = await parts.read(partIdOf(probe.sha256));
  if (known) return { part: known, probe };
  const staged = early?.staged ?? (await stageFile(engine, { index, probe, linkPath }));
  await refuseChanged(probe);
  const part = await publishPart(engine, staged, probe, parts);
  await rm(work, { recursive: true });
  return { part, probe };
}

/**
 * Loads a file as its first megabyte says while every byte of it is looked at, on another core. Nothing is staged where the rest
 * gainsays that, or where loading failed: then it is to be done again, knowing all.
 */
async function stageEarly(
  engine: Engine,
  likely: FileFacts,
  { index, path }: Pick<LoadPart, 'index' | 'path'>,
  linkPath: string,
): Promise<{ readonly probe: FileProbe; readonly staged: StagedFile | null }> {
  const input: SourceInput = { index, probe: likely, linkPath };
  const [probing, staging] = await Promise.allSettled([probeFile(path), stageFile(engine, input)]);
  if (probing.status === 'rejected') throw probing.reason;
  const probe = probing.value;
  const isRight = JSON.stringify(probe) === JSON.stringify({ ...likely, sha256: probe.sha256 });
  return {
    probe,
    staged: isRight && staging.status === 'fulfilled' ? staging.value : null,
  };
}

async function refuseChanged(probe: FileProbe): Promise<void> {
  const now = await stat(probe.path);
  if (now.size === probe.bytes && now.mtimeMs === probe.modifiedMs) return;
  throw new ConflictError('FILE_CHANGED', `${probe.name} changed while it was read`, {
    remedy: 'wait until the export is complete and ingest again',
  });
}

async function publishPart(
  engine: Engine,
  staged: StagedFile,
  probe: FileProbe,
  parts: PartStore,
): Promise<Part> {
  const partId = partIdOf(probe.sha256);
  const directory = await parts.begin(partId);
  try {
    const part = await describe(engine, staged, { partId, directory, sha256: probe.sha256 });
    await parts.publish(part);
    return part;
  } catch (error) {
    await parts.abandon(partId);
    throw error;
  }
}

interface Description {
  readonly partId: string;
  readonly directory: string;
  readonly sha256: string;
}

async function describe(
  engine: Engine,
  staged: StagedFile,
  { partId, directory, sha256 }: Description,
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
  const report = await reportOf(engine, staged, { facets, sha256 });
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
  { facets, sha256 }: { readonly facets: string; readonly sha256: string },
): Promise<Part['report']> {
  const { probe, counts } = staged;
  const totals = await readTotals(engine, facets);
  const rowsLoaded = totals.reduce((sum, { rows }) => sum + rows, 0);
  const expected = counts.rows - counts.rowsRejected;
  invariant(rowsLoaded === expected, `${rowsLoaded} rows stand in the part of ${expected}`);
  const reconciliation = await reconcileFile(engine, staged, totals);
  return {
    bytes: probe.bytes,
    sha256,
    layout: staged.layoutName,
    encoding: probe.format === 'csv' ? probe.encoding : 'parquet',
    header: staged.header,
    rowsRead: counts.rows + counts.recordsUnreadable,
    rowsLoaded,
    rowsRejected: counts.rowsRejected + counts.recordsUnreadable,
    rowsIncomplete: counts.rowsIncomplete,
    totals,
    reconciliation,
    reconciled: judge(reconciliation).reconciled,
  };
}
