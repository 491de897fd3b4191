import { InputError, type Clock } from '@counterfoil/core';
import type { Engine } from '../duck/engine.ts';
import { chooseBasis } from '../quality/basis.ts';
import { namedFindings } from '../quality/file-traps.ts';
import { createFacets } from '../quality/facets.ts';
import { findTraps, inOrder } from '../quality/find-traps.ts';
import type { Finding } from '../quality/finding.ts';
import type { FileReport, Manifest, TotalRow, VersionPart } from '../versions/manifest.ts';
import type { Part } from '../versions/part.ts';
import { versionIdOf, type VersionStore } from '../versions/version-store.ts';
import { PROBLEMS_SHOWN_MAX } from './publishing.ts';
import { addTotals, judge } from './reconcile.ts';

/** A part as a version takes it: under the name that its file has now, whole or for some of its billing periods. */
export interface ComposedPart extends Pick<VersionPart, 'billingPeriods'> {
  readonly part: Part;
  readonly path: string;
  readonly name: string;
}

export interface Composition {
  /** Whole parts of the store, in the order of `x_SourceFile`. */
  readonly parts: readonly ComposedPart[];
  /** What was found besides the parts, such as files given twice. */
  readonly findings: readonly Finding[];
  readonly versions: Pick<VersionStore, 'facetsOf'>;
  readonly clock: Clock;
}

/** The parts of a version as its manifest lists them. */
export function listedParts(parts: readonly ComposedPart[]): readonly VersionPart[] {
  return parts.map(({ part: { partId, decimals, mended }, billingPeriods }) => ({
    partId,
    billingPeriods,
    decimals,
    mended,
  }));
}

/**
 * The manifest of the version that these parts make; no row is copied. Totals and row counts of the version are those of the periods that
 * count, while each file keeps the report of all its rows. `InputError` where nothing was loaded.
 */
export async function composeVersion(engine: Engine, composition: Composition): Promise<Manifest> {
  const parts = listedParts(composition.parts);
  const files = composition.parts.map(fileReport);
  const totals = composition.parts.flatMap(countedTotals);
  const rowsLoaded = sum(totals, ({ rows }) => rows);
  if (rowsLoaded === 0) throw nothingLoaded(files);
  await createFacets(engine, composition.versions.facetsOf({ parts }));
  const own = composition.parts.flatMap(({ part, name }) => namedFindings(part, name));
  const findings = inOrder([...composition.findings, ...own, ...(await findTraps(engine))]);
  return {
    v: 2,
    versionId: versionIdOf(parts),
    ingestedAt: new Date(composition.clock.nowMs()).toISOString(),
    parts,
    files,
    rowsRead: sum(files, (file) => file.rowsRead),
    rowsLoaded,
    rowsRejected: sum(files, (file) => file.rowsRejected),
    totals: addTotals(totals),
    ...judge(files.flatMap((file) => file.reconciliation)),
    ...problemsOf(composition.parts),
    findings,
    basis: chooseBasis(findings),
    ...(await spanOf(engine)),
  };
}

function fileReport({ part, path, name }: ComposedPart): FileReport {
  return { path, name, partId: part.partId, ...part.report };
}

function countedTotals({ part, billingPeriods }: ComposedPart): readonly TotalRow[] {
  return part.report.totals.filter(
    ({ billingPeriod }) => billingPeriods === 'all' || billingPeriods.includes(billingPeriod),
  );
}

/** The first problems of rejected rows, then of others; and all kinds, the commonest first. */
function problemsOf(parts: readonly ComposedPart[]): Pick<Manifest, 'problems' | 'problemKinds'> {
  const problems = parts.flatMap(({ part, name }) =>
    part.problems.map((problem) => ({ file: name, ...problem })),
  );
  const rejected = problems.filter(({ outcome }) => outcome === 'rejected');
  const others = problems.filter(({ outcome }) => outcome !== 'rejected');
  return {
    problems: [...rejected, ...others].slice(0, PROBLEMS_SHOWN_MAX),
    problemKinds: parts
      .flatMap(({ part, name }) => part.problemKinds.map((kind) => ({ file: name, ...kind })))
      .toSorted((a, b) => b.rows - a.rows),
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

async function spanOf(
  engine: Engine,
): Promise<Pick<Manifest, 'fromDate' | 'toDate' | 'currencies'>> {
  const [row] = await engine.rows(
    `SELECT min(day)::VARCHAR, (max(day) + 1)::VARCHAR, string_agg(DISTINCT currency, ' ' ORDER BY currency) FROM facets`,
  );
  const [fromDate, toDate, currencies] = row ?? [];
  return {
    fromDate: fromDate ?? '',
    toDate: toDate ?? '',
    currencies: (currencies ?? '').split(' '),
  };
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
