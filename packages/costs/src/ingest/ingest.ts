import { rm } from 'node:fs/promises';
import type { Clock } from '@counterfoil/core';
import { openEngine, type Engine } from '../duck/engine.ts';
import { duplicateFiles, supersededFiles } from '../quality/file-traps.ts';
import type { Manifest } from '../versions/manifest.ts';
import { versionIdOf, type VersionStore } from '../versions/version-store.ts';
import { carryOver, type IngestMode } from './carry-over.ts';
import { composeVersion, listedParts, type ComposedPart } from './compose-version.ts';
import { expandPaths } from './expand-paths.ts';
import { detectLayout } from './layouts/detect-layout.ts';
import { loadPart, type LoadedPart } from './load-part.ts';
import { probeHead, type FileFacts } from './probe.ts';

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
  const heads = await readHeads(files, tell);
  const [base = null] = (options.mode ?? 'full') === 'full' ? [] : await versions.list();
  const workDirectory = await versions.beginWork();
  try {
    const made = await load({ ...options, base, workDirectory, files, heads, superseded, tell });
    if (made.status === 'known') return asKnown(made.manifest, options, tell);
    tell('writing', null, files.length);
    await publish(versions, made.manifest);
    tell('published', null, files.length);
    return made;
  } finally {
    await rm(workDirectory, { recursive: true, force: true });
  }
}

/** Looks at the beginning of every file, so that one that is no billing data is found before anything is loaded. */
async function readHeads(
  files: readonly string[],
  tell: Teller,
): Promise<readonly (FileFacts | null)[]> {
  const heads: (FileFacts | null)[] = [];
  for (const [done, file] of files.entries()) {
    tell('reading', file, done);
    const head = await probeHead(file);
    if (head?.format === 'csv') detectLayout(head.columns, head.name);
    heads.push(head);
  }
  return heads;
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
  readonly workDirectory: string;
  readonly files: readonly string[];
  readonly heads: readonly (FileFacts | null)[];
  readonly superseded: readonly string[];
  readonly tell: Teller;
}

async function load(plan: Load): Promise<IngestResult> {
  const { versions, clock, memoryLimitMb, base, workDirectory } = plan;
  const engine = await openEngine({ spillDirectory: workDirectory, memoryLimitMb });
  try {
    const loaded = await loadParts(engine, plan);
    const added = loaded
      .filter(({ part }, at) => loaded.findIndex((one) => one.part.partId === part.partId) === at)
      .map(({ part, probe: { path, name } }): ComposedPart => {
        return { part, path, name, billingPeriods: 'all' };
      });
    plan.tell('checking', null, added.length);
    const mode = plan.mode === 'append' ? 'append' : 'restate';
    const parts = base === null ? added : await carryOver(engine, { mode, base, added, versions });
    const known = await versions.read(versionIdOf(listedParts(parts)));
    if (known) return { status: 'known', manifest: known };
    const duplicates = duplicateFiles(loaded.map(({ probe }) => probe));
    const findings = [...duplicates, ...supersededFiles(plan.superseded)];
    const manifest = await composeVersion(engine, { parts, findings, versions, clock });
    return { status: 'published', manifest };
  } finally {
    engine.close();
  }
}

/** A file of which there may be a part is looked at before it is loaded; any other meanwhile. */
async function loadParts(engine: Engine, plan: Load): Promise<readonly LoadedPart[]> {
  const { parts } = plan.versions;
  const sizes = new Set(await parts.fileSizes());
  const loaded: LoadedPart[] = [];
  for (const [index, path] of plan.files.entries()) {
    plan.tell('loading', path, index);
    const head = plan.heads[index] ?? null;
    const likely = head === null || sizes.has(head.bytes) ? null : head;
    const { workDirectory } = plan;
    const one = await loadPart(engine, { index, path, likely, parts, workDirectory });
    sizes.add(one.probe.bytes);
    loaded.push(one);
  }
  return loaded;
}
