import type { CostBasis } from '@counterfoil/core';
import type { CostColumn, Decimals } from '../ingest/canonical.ts';
import type { Finding } from '../quality/finding.ts';

/** Sums of one currency, charge category and billing period. Plain decimals; `null` where no row has a value. */
export interface TotalRow {
  readonly currency: string;
  readonly chargeCategory: string;
  /** Start of the billing period, ISO date. */
  readonly billingPeriod: string;
  readonly rows: number;
  readonly costs: { readonly [cost in CostColumn]: string | null };
}

/** What one cost column of a file sums to, read three ways: `source = loaded + rejected + difference`. */
export interface Reconciliation {
  readonly sourceColumn: string;
  readonly column: CostColumn;
  readonly currency: string;
  /** Sum of the raw text of the source column over every record that could be split into cells. */
  readonly source: string;
  /** Sum in the published table. */
  readonly loaded: string;
  /** Sum over rejected rows whose value parses. */
  readonly rejected: string;
  readonly difference: string;
}

/** A row that was not loaded, or was loaded without one value. */
export interface RowProblem {
  readonly file: string;
  /** Data record in the file, the header not counted; blank lines before it may shift it. */
  readonly row: number;
  readonly column: string;
  /** At most 80 characters; null where nothing stood there. */
  readonly value: string | null;
  readonly reason: string;
  readonly outcome: 'rejected' | 'loaded_without_value';
}

/** How many rows share one problem. */
export interface ProblemKind extends Omit<RowProblem, 'row' | 'value'> {
  readonly rows: number;
}

/** What became of one file. */
export interface FileReport {
  readonly path: string;
  readonly name: string;
  /** The part that holds its rows, and its rejects file with every row that has a problem. */
  readonly partId: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly layout: string;
  readonly encoding: string;
  /** Column names as they stand in the file, for reading its rejected cells. */
  readonly header: readonly string[];
  readonly rowsRead: number;
  readonly rowsLoaded: number;
  readonly rowsRejected: number;
  /** Loaded, but with a value that did not parse left out. */
  readonly rowsIncomplete: number;
  readonly totals: readonly TotalRow[];
  readonly reconciliation: readonly Reconciliation[];
  readonly reconciled: boolean;
}

/** A part of a version: the rows of one source file, or those of some of its billing periods where others took the place of the rest. */
export interface VersionPart {
  readonly partId: string;
  /** First days of the billing periods of this part that count, ISO dates, or all of them. */
  readonly billingPeriods: 'all' | readonly string[];
  /** How the decimals of its rows are stored. */
  readonly decimals: Decimals;
  /** Whether some rows were mended: see `Part`. */
  readonly mended: boolean;
}

/**
 * One immutable version of the lake, and the report of its ingest. A version holds no rows: it lists the parts that do, so versions
 * share the parts of files that did not change.
 */
export interface Manifest {
  readonly v: 2;
  readonly versionId: string;
  readonly ingestedAt: string;
  /** In the order of `files`; the place in it, from 0, is `x_SourceFile` of the rows. */
  readonly parts: readonly VersionPart[];
  readonly files: readonly FileReport[];
  readonly rowsRead: number;
  readonly rowsLoaded: number;
  readonly rowsRejected: number;
  readonly totals: readonly TotalRow[];
  readonly reconciled: boolean;
  /** Largest absolute difference of any reconciliation, plain decimal. */
  readonly difference: string;
  /** The first problems of rejected rows, then of others; all of them are in the rejects files of the parts. */
  readonly problems: readonly RowProblem[];
  /** All problems, counted by file, column and reason. */
  readonly problemKinds: readonly ProblemKind[];
  readonly findings: readonly Finding[];
  /** Which cost column the analysis of this version uses. */
  readonly basis: CostBasis;
  /** First day of any charge and the day after the last start of a charge, ISO dates in UTC. */
  readonly fromDate: string;
  readonly toDate: string;
  readonly currencies: readonly string[];
}
