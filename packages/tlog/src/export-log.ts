import { IntegrityError } from '@counterfoil/core';
import type { LogArchive, LogReader, Retention } from '@counterfoil/core';
import { openCheckpoint, type CheckpointKeys } from '@counterfoil/guard';
import { auditLog } from './audit-log.ts';
import { tilePath, tileWidth } from './tiles.ts';

/** What an export did. */
export interface LogExport {
  readonly size: number;
  readonly written: number;
  /** Files that were there already, with the same bytes. */
  readonly kept: number;
  /** Earliest end of retention of any file that this size needs. */
  readonly retainedUntil: string;
}

/** What an export works with. */
export interface ExportOptions {
  readonly reader: LogReader;
  readonly archive: LogArchive;
  readonly keys: CheckpointKeys;
  readonly retention: Retention;
  /** Called before each file; `done` of `total` are there. */
  readonly onProgress?: (done: number, total: number) => void;
}

const CHECKPOINT = 'checkpoint';
const SIZE_DIGITS = 16;

/**
 * Brings the published log as it is now into an archive: tiles, bundles of entries (never payloads), and last its checkpoint under a
 * name of its own size. What is there is compared and kept, so an export can be repeated and goes on where one was cut
 * off; a partial tile's width is in its name, so nothing is ever replaced. Then the whole log is verified again from what the archive gives back, and
 * that each file is held. Throws `IntegrityError` where log or archive are not as they were signed.
 */
export async function exportLog(options: ExportOptions): Promise<LogExport> {
  const { reader, archive, keys } = options;
  await archive.check();
  await insistWhole(reader, keys, 'the published log');
  const checkpoint = await need(reader, CHECKPOINT);
  const { size } = openCheckpoint(Buffer.from(checkpoint).toString('utf8'), keys);
  const paths = pathsOf(size);
  const checkpointPath = checkpointPathOf(size);
  const known = await archive.list();
  const files = [
    ...paths.map((path) => [path, path] as const),
    [checkpointPath, CHECKPOINT] as const,
  ];
  let written = 0;
  for (const [done, [path, source]] of files.entries()) {
    options.onProgress?.(done, files.length);
    if (known.has(path)) continue;
    const bytes = source === CHECKPOINT ? checkpoint : await needTile(reader, path);
    await archive.write(path, bytes, options.retention);
    written += 1;
  }
  const retainedUntil = await readBack(options, { size, checkpoint });
  return { size, written, kept: files.length - written, retainedUntil };
}

/** Name of the checkpoint of this size in an archive; names sort as sizes do. */
export function checkpointPathOf(size: number): string {
  return `checkpoints/${String(size).padStart(SIZE_DIGITS, '0')}`;
}

/** A published log as an archive holds it, at one of its checkpoints. */
export function archivedLog(archive: Pick<LogArchive, 'read'>, size: number): LogReader {
  return {
    async read(path) {
      const file = await archive.read(path === CHECKPOINT ? checkpointPathOf(size) : path);
      return file && file.bytes;
    },
  };
}

/** Every file that the tree of this size consists of. */
function pathsOf(size: number): readonly string[] {
  const paths: string[] = [];
  for (let level = 0; tileWidth(level, 0, size) > 0; level += 1) {
    for (let index = 0; tileWidth(level, index, size) > 0; index += 1) {
      const width = tileWidth(level, index, size);
      paths.push(tilePath(level, index, width));
      if (level === 0) paths.push(tilePath('entries', index, width));
    }
  }
  return paths;
}

async function readBack(
  { archive, keys, retention }: ExportOptions,
  { size, checkpoint }: { readonly size: number; readonly checkpoint: Uint8Array },
): Promise<string> {
  let earliest = retention.until;
  const checked: Pick<LogArchive, 'read'> = {
    async read(path) {
      const file = await archive.read(path);
      if (file && file.retention === null) {
        throw new IntegrityError('ARCHIVE_UNHELD', `${path} of the archive is not held`, {
          remedy: 'somebody wrote it without retention: keep it as evidence and export elsewhere',
        });
      }
      if (file?.retention && file.retention.until < earliest) earliest = file.retention.until;
      return file;
    },
  };
  const archived = archivedLog(checked, size);
  await insistWhole(archived, keys, 'the archive');
  const held = await need(archived, CHECKPOINT);
  if (!Buffer.from(held).equals(checkpoint)) {
    // Two heads of one size that both signatures are under: a fork, unless only the witness's time differs.
    const [ours, theirs] = [checkpoint, held].map((bytes) =>
      openCheckpoint(Buffer.from(bytes).toString('utf8'), keys),
    );
    if (!ours || !theirs?.rootHash.equals(ours.rootHash)) {
      throw broken('ARCHIVE_FORKED', `the archive holds another log of ${size} entries`);
    }
  }
  return earliest;
}

async function insistWhole(reader: LogReader, keys: CheckpointKeys, what: string): Promise<void> {
  const { problems } = await auditLog(reader, keys);
  const [problem] = problems;
  if (problem) throw broken(problem.code, `${what}: ${problem.note}`);
}

/** A partial file may be gone once its full tile is there; then the log has just grown past it. */
async function needTile(reader: LogReader, path: string): Promise<Uint8Array> {
  const bytes = await reader.read(path);
  if (bytes) return bytes;
  throw broken('LOG_GREW', `${path} was replaced while the log grew`);
}

async function need(reader: LogReader, path: string): Promise<Uint8Array> {
  const bytes = await reader.read(path);
  if (bytes) return bytes;
  throw broken('ARCHIVE_BROKEN', `${path} is missing`);
}

function broken(code: string, problem: string): IntegrityError {
  return new IntegrityError(code, problem, {
    remedy: 'run the export again; if it says so again, compare log, database and witness',
  });
}
