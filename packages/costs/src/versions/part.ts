import { createHash } from 'node:crypto';
import { MAPPING_REVISION, type Decimals } from '../ingest/canonical.ts';
import type { Finding } from '../quality/finding.ts';
import type { FileReport, ProblemKind, RowProblem } from './manifest.ts';

/**
 * One source file under one mapping, loaded once: `charges.parquet` with its rows in their order, `mended.parquet` with those of
 * them that took a closer look, `facets.parquet` with the sums of both, from which
 * versions are described without reading the rows again, `rejects.ndjson` with every row that has a problem, and `part.json`, which is
 * this. A part knows no name and no path, because the same contents may come again
 * under others; the version that lists it does.
 */
export interface Part {
  readonly v: 1;
  readonly partId: string;
  /** How the decimals of `charges.parquet` are stored. */
  readonly decimals: Decimals;
  /** Whether rows marked `x_odd` in `charges.parquet` stand in `mended.parquet` instead, if they were not rejected. */
  readonly mended: boolean;
  readonly report: Omit<FileReport, 'path' | 'name' | 'partId'>;
  /** The first problems of rejected rows, then of others. */
  readonly problems: readonly Omit<RowProblem, 'file'>[];
  readonly problemKinds: readonly Omit<ProblemKind, 'file'>[];
  /** Traps of this file alone; the version names the file as their subject. */
  readonly findings: readonly Finding[];
}

export const CHARGES_FILE = 'charges.parquet';
export const REJECTS_FILE = 'rejects.ndjson';
export const MENDED_FILE = 'mended.parquet';
export const FACETS_FILE = 'facets.parquet';
export const PART_FILE = 'part.json';

/** Id of the part that these contents make under the mapping of this program. */
export function partIdOf(sha256: string): string {
  const hash = createHash('sha256').update(
    `counterfoil-lake-part ${MAPPING_REVISION}\n${sha256}\n`,
  );
  return `p-${hash.digest('hex').slice(0, 32)}`;
}
