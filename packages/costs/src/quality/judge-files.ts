import { existsSync } from 'node:fs';
import { InputError } from '@counterfoil/core';
import { checkConformance } from '../conformance/check-conformance.ts';
import type { FocusModel } from '../conformance/model.ts';
import type { FileReport } from '../versions/manifest.ts';

/** What a requirement model says of a file of a version, short enough for a report. */
export interface FileConformance {
  readonly name: string;
  /** MUST rules passed of those judged, 0 to 1; null where the file was not judged. */
  readonly score: number | null;
  readonly mustFailed: number;
  readonly rowsJudged: number;
  readonly rows: number;
  /** Why it was not judged; null where it was. */
  readonly reason: string | null;
}

export interface JudgeFilesRequest {
  readonly model: FocusModel;
  readonly files: readonly Pick<FileReport, 'path' | 'name' | 'sha256' | 'layout' | 'rowsRead'>[];
  readonly workDirectory: string;
  readonly memoryLimitMb: number;
}

/** Rows from the start of each file that are judged: rules that hold on so many hold on the rest, as a rule. */
export const JUDGED_ROWS_MAX = 20_000;
/** Files that are judged, the largest first. */
export const JUDGED_FILES_MAX = 3;

/**
 * Judges the files of a version as they lie on disk, bounded in files and rows so that it stays a matter of seconds; what is left out is
 * named with its reason. Files beyond the bound do not count against the version.
 */
export async function judgeFiles(request: JudgeFilesRequest): Promise<readonly FileConformance[]> {
  const largest = request.files
    .toSorted((a, b) => b.rowsRead - a.rowsRead)
    .slice(0, JUDGED_FILES_MAX);
  const verdicts: FileConformance[] = [];
  for (const file of largest) verdicts.push(await judgeOne(file, request));
  return verdicts;
}

async function judgeOne(
  { path, name, sha256, layout, rowsRead }: JudgeFilesRequest['files'][number],
  { model, workDirectory, memoryLimitMb }: JudgeFilesRequest,
): Promise<FileConformance> {
  const none = { name, score: null, mustFailed: 0, rowsJudged: 0, rows: rowsRead };
  if (!layout.startsWith('FOCUS')) return { ...none, reason: `${layout} is not FOCUS` };
  if (!existsSync(path)) return { ...none, reason: 'the file is no longer where it was read' };
  try {
    const { score, counts, rows, file } = await checkConformance({
      model,
      file: path,
      workDirectory,
      memoryLimitMb,
      rowsMax: JUDGED_ROWS_MAX,
    });
    if (file.sha256 !== sha256)
      return { ...none, reason: 'the file has changed since it was read' };
    return {
      name,
      score,
      mustFailed: counts.must.fail,
      rowsJudged: rows,
      rows: rowsRead,
      reason: null,
    };
  } catch (error) {
    if (error instanceof InputError) return { ...none, reason: error.message };
    throw error;
  }
}
