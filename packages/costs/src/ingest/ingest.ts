import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@counterfoil/core';
import { openEngine } from '../duck/engine.ts';
import { duplicateFiles, supersededFiles } from '../quality/file-traps.ts';
import type { Manifest } from '../versions/manifest.ts';
import { partIdOf } from '../versions/part.ts';
import { versionIdOf, WORK_DIRECTORY, type VersionStore } from '../versions/version-store.ts';
import { carryOver, type IngestMode } from './carry-over.ts';
import { composeVersion, listedParts, type ComposedPart } from './compose-version.ts';
import { expandPaths } from './expand-paths.ts';
import { loadPart } from './load-part.ts';
import { probeFile, type FileProbe } from './probe.ts';

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
  /** Absent means `full`. On an empty lake all modes are alike. */
  readonly mode?: IngestMode;
  readonly onProgress?: (progress: IngestProgress) => void;
}

/** The report of an ingest; `known` where the same contents were ingested before and nothing was done. */
export interface IngestResult {
  readonly status: 'published' | 'known';
  readonly manifest: Manifest;
}

/**
 * Makes one immutable version of all files behind `paths`, or none: any file that cannot be read as billing data fails the
 * whole call with an `InputError` that names it. Rows that do not parse are kept in the rejects file of their part and reported.
 * The same contents give the same version. Each file becomes a part of its own as soon as it is loaded: an ingest that is cut off,
 * in whatever way, goes on with the next file when it is started again. One ingest at a time per lake.
 */
export async function ingest(
  paths: readonly string[],
  options: IngestOptions,
): Promise<IngestResult> {
  const { versions } = options;
  const { files, superseded } = await expandPaths(paths);
  const tell = teller(options, files.length);
  const probes: FileProbe[] = [];
  for (const [done, file] of files.entries()) {
    tell('reading', file, done);
    probes.push(await probeFile(file));
  }
  const distinct = probes.filter(
    (probe, at) => probes.findIndex((other) => other.sha256 === probe.sha256) === at,
  );
  const [base = null] = (options.mode ?? 'full') === 'full' ? [] : await versions.list();
  const filesId = versionIdOf(
    distinct.map(({ sha256 }) => ({ partId: partIdOf(sha256), billingPeriods: 'all' })),
  );
  const known = base === null ? await versions.read(filesId) : null;
  if (known) return asKnown(known, options, tell);
  const directory = await versions.begin(filesId);
  try {
    const made = await load({ ...options, base, directory, probes, distinct, superseded, tell });
    if (made.status === 'known') return asKnown(made.manifest, options, tell);
    tell('writing', null, files.length);
    await publish(versions, made.manifest);
    tell('published', null, files.length);
    return made;
  } finally {
    await versions.abandon(filesId);
  }
}

async function publish(versions: VersionStore, manifest: Manifest): Promise<void> {
  await versions.begin(manifest.versionId);
  try {
    await versions.publish(manifest);
  } catch (error) {
    await versions.abandon(manifest.versionId);
    throw error;
  }
}

/** What was ingested before becomes the newest version again: it is what the files say now. */
async function asKnown(
  manifest: Manifest,
  { versions, clock }: IngestOptions,
  tell: Teller,
): Promise<IngestResult> {
  const renewed = await versions.renew(manifest, new Date(clock.nowMs()).toISOString());
  tell('known', null, manifest.files.length);
  return { status: 'known', manifest: renewed };
}

type Teller = (stage: IngestProgress['stage'], file: string | null, filesDone: number) => void;

function teller({ onProgress }: IngestOptions, filesCount: number): Teller {
  return (stage, file, filesDone) =>
    onProgress?.({ stage, file: file?.split('/').at(-1) ?? null, filesDone, filesCount });
}

interface Load extends IngestOptions {
  /** The version that the files restate or come on top of. */
  readonly base: Manifest | null;
  readonly directory: string;
  readonly probes: readonly FileProbe[];
  readonly distinct: readonly FileProbe[];
  readonly superseded: readonly string[];
  readonly tell: Teller;
}

async function load(plan: Load): Promise<IngestResult> {
  const { versions, clock, memoryLimitMb, base } = plan;
  const spillDirectory = join(plan.directory, WORK_DIRECTORY);
  await mkdir(spillDirectory);
  const engine = await openEngine({ spillDirectory, memoryLimitMb });
  try {
    const added: ComposedPart[] = [];
    for (const [index, probe] of plan.distinct.entries()) {
      plan.tell('loading', probe.path, index);
      const part = await loadPart(engine, { index, probe, parts: versions.parts });
      added.push({ part, path: probe.path, name: probe.name, billingPeriods: 'all' });
    }
    plan.tell('checking', null, added.length);
    const mode = plan.mode === 'append' ? 'append' : 'restate';
    const parts = base === null ? added : await carryOver(engine, { mode, base, added, versions });
    const known = await versions.read(versionIdOf(listedParts(parts)));
    if (known) return { status: 'known', manifest: known };
    const findings = [...duplicateFiles(plan.probes), ...supersededFiles(plan.superseded)];
    const manifest = await composeVersion(engine, { parts, findings, versions, clock });
    return { status: 'published', manifest };
  } finally {
    engine.close();
  }
}
