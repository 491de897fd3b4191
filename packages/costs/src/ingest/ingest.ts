import { mkdir, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ConflictError, InputError, type Clock } from '@counterfoil/core';
import { openEngine, type Engine } from '../duck/engine.ts';
import { literal } from '../duck/sql.ts';
import { chooseBasis } from '../quality/basis.ts';
import { findTraps } from '../quality/find-traps.ts';
import {
  CHARGES_FILE,
  REJECTS_FILE,
  type FileReport,
  type Manifest,
} from '../versions/manifest.ts';
import { versionIdOf, WORK_DIRECTORY, type VersionStore } from '../versions/version-store.ts';
import { expandPaths } from './expand-paths.ts';
import { probeFile, type FileProbe } from './probe.ts';
import { readProblems, writeCharges, writeRejects } from './publishing.ts';
import { addTotals, judge, readTotals, reconcileFile, type FileTotals } from './reconcile.ts';
import { stageFile, type StagedFile } from './stage.ts';

/** How far an ingest has come. */
export interface IngestProgress {
  readonly stage: 'reading' | 'loading' | 'writing' | 'checking' | 'published' | 'known';
  readonly file: string | null;
  readonly filesDone: number;
  readonly filesCount: number;
}

export interface IngestOptions {
  readonly versions: VersionStore;
  readonly clock: Clock;
  readonly memoryLimitMb: number;
  readonly onProgress?: (progress: IngestProgress) => void;
}

/** The report of an ingest; `known` where the same contents were ingested before and nothing was done. */
export interface IngestResult {
  readonly status: 'published' | 'known';
  readonly manifest: Manifest;
}

/**
 * Makes one immutable version of all files behind `paths`, or none: any file that cannot be read as billing data fails the
 * whole call with an `InputError` that names it. Rows that do not parse are kept in the version's rejects file and reported.
 * The same contents give the same version. One ingest at a time per lake.
 */
export async function ingest(
  paths: readonly string[],
  options: IngestOptions,
): Promise<IngestResult> {
  const { versions } = options;
  const files = await expandPaths(paths);
  const tell = teller(options, files.length);
  const probes: FileProbe[] = [];
  for (const [done, file] of files.entries()) {
    tell('reading', file, done);
    probes.push(await probeFile(file));
  }
  const distinct = probes.filter(
    (probe, at) => probes.findIndex((other) => other.sha256 === probe.sha256) === at,
  );
  const versionId = versionIdOf(distinct.map((probe) => probe.sha256));
  const known = await versions.read(versionId);
  if (known) {
    tell('known', null, files.length);
    return { status: 'known', manifest: known };
  }
  const directory = await versions.begin(versionId);
  try {
    const manifest = await load({ ...options, directory, versionId, probes, distinct, tell });
    await versions.publish(manifest);
    tell('published', null, files.length);
    return { status: 'published', manifest };
  } catch (error) {
    await versions.abandon(versionId);
    throw error;
  }
}

type Teller = (stage: IngestProgress['stage'], file: string | null, filesDone: number) => void;

function teller({ onProgress }: IngestOptions, filesCount: number): Teller {
  return (stage, file, filesDone) =>
    onProgress?.({ stage, file: file?.split('/').at(-1) ?? null, filesDone, filesCount });
}

interface Load extends IngestOptions {
  readonly directory: string;
  readonly versionId: string;
  readonly probes: readonly FileProbe[];
  readonly distinct: readonly FileProbe[];
  readonly tell: Teller;
}

async function load(plan: Load): Promise<Manifest> {
  const work = join(plan.directory, WORK_DIRECTORY);
  await mkdir(work);
  const engine = await openEngine({
    spillDirectory: work,
    memoryLimitMb: plan.memoryLimitMb,
  });
  try {
    const staged: StagedFile[] = [];
    for (const [index, probe] of plan.distinct.entries()) {
      plan.tell('loading', probe.path, index);
      const linkPath = join(work, `source-${index}`);
      await symlink(probe.path, linkPath);
      staged.push(await stageFile(engine, { index, probe, linkPath }));
      await refuseChanged(probe);
    }
    return await report(engine, plan, staged);
  } finally {
    engine.close();
    await plan.versions.discardWork(plan.versionId);
  }
}

async function refuseChanged(probe: FileProbe): Promise<void> {
  const now = await stat(probe.path);
  if (now.size === probe.bytes && now.mtimeMs === probe.modifiedMs) return;
  throw new ConflictError('FILE_CHANGED', `${probe.name} changed while it was read`, {
    remedy: 'wait until the export is complete and ingest again',
  });
}

async function report(
  engine: Engine,
  plan: Load,
  staged: readonly StagedFile[],
): Promise<Manifest> {
  const charges = join(plan.directory, CHARGES_FILE);
  plan.tell('writing', null, staged.length);
  await writeCharges(engine, staged, charges);
  await writeRejects(engine, staged, join(plan.directory, REJECTS_FILE));
  plan.tell('checking', null, staged.length);
  const files: FileReport[] = [];
  const totals = await readTotals(engine, charges);
  for (const file of staged) files.push(await fileReport(engine, file, totals));
  const rowsLoaded = sum(files, (file) => file.rowsLoaded);
  if (rowsLoaded === 0) throw nothingLoaded(files);
  const problems = await readProblems(engine, staged);
  const verdict = judge(files.flatMap((file) => file.reconciliation));
  const findings = await findTraps(engine, { staged, probes: plan.probes, files, charges });
  return {
    v: 1,
    versionId: plan.versionId,
    ingestedAt: new Date(plan.clock.nowMs()).toISOString(),
    files,
    rowsRead: sum(files, (file) => file.rowsRead),
    rowsLoaded,
    rowsRejected: sum(files, (file) => file.rowsRejected),
    totals: addTotals(totals),
    ...verdict,
    ...problems,
    findings,
    basis: chooseBasis(findings),
    ...(await spanOf(engine, charges)),
  };
}

function nothingLoaded(files: readonly FileReport[]): InputError {
  const rejected = sum(files, (file) => file.rowsRejected);
  const names = files.map((file) => file.name).join(', ');
  return rejected > 0
    ? new InputError('ROWS_ALL_REJECTED', `${names}: none of ${rejected} rows could be read`, {
        remedy: 'check the delimiter, the decimal point and the date format of the export',
      })
    : new InputError('ROWS_NONE', `${names}: a header and no rows`, {
        remedy: 'export a period that has charges',
      });
}

async function fileReport(
  engine: Engine,
  staged: StagedFile,
  totals: FileTotals,
): Promise<FileReport> {
  const [counts] = await engine.rows(
    `SELECT count(*), count(*) FILTER (x_rejected), count(*) FILTER (x_dropped AND NOT x_rejected) FROM ${staged.table}`,
  );
  const [rows, rejected, incomplete] = (counts ?? []).map(Number);
  const unreadable = staged.recordsUnreadable;
  const own = totals.get(staged.index) ?? [];
  const reconciliation = await reconcileFile(engine, staged, own);
  const { probe } = staged;
  return {
    path: probe.path,
    name: probe.name,
    bytes: probe.bytes,
    sha256: probe.sha256,
    layout: staged.layoutName,
    encoding: probe.format === 'csv' ? probe.encoding : 'parquet',
    header: staged.header,
    rowsRead: (rows ?? 0) + unreadable,
    rowsLoaded: (rows ?? 0) - (rejected ?? 0),
    rowsRejected: (rejected ?? 0) + unreadable,
    rowsIncomplete: incomplete ?? 0,
    totals: own,
    reconciliation,
    reconciled: judge(reconciliation).reconciled,
  };
}

async function spanOf(
  engine: Engine,
  charges: string,
): Promise<Pick<Manifest, 'fromDate' | 'toDate' | 'currencies'>> {
  const [row] =
    await engine.rows(`SELECT CAST(min(ChargePeriodStart) AS DATE)::VARCHAR, (CAST(max(ChargePeriodStart) AS DATE) + 1)::VARCHAR,
    string_agg(DISTINCT BillingCurrency, ' ' ORDER BY BillingCurrency) FROM read_parquet(${literal(charges)})`);
  const [fromDate, toDate, currencies] = row ?? [];
  return {
    fromDate: fromDate ?? '',
    toDate: toDate ?? '',
    currencies: (currencies ?? '').split(' '),
  };
}

function sum(files: readonly FileReport[], of: (file: FileReport) => number): number {
  return files.reduce((total, file) => total + of(file), 0);
}
