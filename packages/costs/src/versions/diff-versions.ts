import { openEngine, type Engine, type EngineOptions, type TextRow } from '../duck/engine.ts';
import { COST_COLUMNS, type CostColumn } from '../ingest/canonical.ts';
import { chargesPaths, chargesSql, type ChargesFile } from './charges-relation.ts';
import type { Manifest } from './manifest.ts';

/** How many slices a report shows. */
const SLICES_MAX = 100;

/** What became of a billing period between two versions. */
export type PeriodChangeStatus = 'added' | 'removed' | 'restated' | 'unchanged';

/** A cost column in both versions. Plain decimals; `null` where no row has a value. */
export interface CostChange {
  readonly older: string | null;
  readonly newer: string | null;
  readonly delta: string;
}

/** One billing period in one currency and charge category. */
export interface PeriodChange {
  /** ISO date of the first day. */
  readonly billingPeriod: string;
  readonly currency: string;
  readonly chargeCategory: string;
  readonly status: PeriodChangeStatus;
  readonly rowsOlder: number;
  readonly rowsNewer: number;
  readonly costs: { readonly [cost in CostColumn]: CostChange };
}

/** One day of one service in one account whose cost is not what it was. */
export interface SliceChange {
  readonly day: string;
  readonly subAccountId: string | null;
  readonly serviceName: string | null;
  readonly chargeCategory: string;
  readonly currency: string;
  readonly rowsOlder: number;
  readonly rowsNewer: number;
  readonly cost: CostChange;
}

/** What a newer version says that an older one did not. */
export interface VersionsDiff {
  readonly older: string;
  readonly newer: string;
  /** Which cost column `slices` compares: the basis of the newer version. */
  readonly basis: CostColumn;
  /** Periods, currencies and categories of which anything changed. */
  readonly periods: readonly PeriodChange[];
  /** Changed slices of periods that both versions have, those with the largest change first. */
  readonly slices: readonly SliceChange[];
  /** How many slices changed; more than are listed where the list is cut. */
  readonly slicesCount: number;
}

/** A version to compare: its manifest and where its rows are. */
export interface DiffSide {
  readonly manifest: Pick<Manifest, 'versionId' | 'parts' | 'basis'>;
  readonly charges: readonly ChargesFile[];
}

/**
 * Compares two versions: which billing periods came, went or were restated, by how much, and in which days, accounts and services.
 * Parts that both have are not read. Sums are DuckDB's, over exact decimals.
 */
export async function diffVersions(
  older: DiffSide,
  newer: DiffSide,
  options: EngineOptions,
): Promise<VersionsDiff> {
  const basis = newer.manifest.basis;
  const engine = await openEngine(options);
  try {
    const [before, after] = [changedFiles(older, newer), changedFiles(newer, older)];
    await engine.lock(chargesPaths([...before, ...after]));
    await createSums(engine, before, after);
    const slices = await readSlices(engine, basis);
    return {
      older: older.manifest.versionId,
      newer: newer.manifest.versionId,
      basis,
      periods: await readPeriods(engine),
      slices: slices.map(sliceOf),
      slicesCount: Number(slices[0]?.at(-1) ?? 0),
    };
  } finally {
    engine.close();
  }
}

/** Rows of a version that stand in parts, or periods of parts, that the other does not have. */
function changedFiles(side: DiffSide, other: DiffSide): readonly ChargesFile[] {
  const keyOf = (part: Manifest['parts'][number]) => JSON.stringify(part);
  const shared = new Set(other.manifest.parts.map(keyOf));
  return side.charges.filter((_, at) => {
    const part = side.manifest.parts[at];
    return part === undefined || !shared.has(keyOf(part));
  });
}

async function createSums(
  engine: Engine,
  before: readonly ChargesFile[],
  after: readonly ChargesFile[],
): Promise<void> {
  const sums = COST_COLUMNS.map((cost) => `sum(${cost}) AS ${cost}`).join(', ');
  for (const [name, files] of [
    ['older', before],
    ['newer', after],
  ] as const) {
    const rows = files.length === 0 ? NO_ROWS : chargesSql(files);
    await engine.run(`CREATE TEMP TABLE ${name} AS
      SELECT CAST(BillingPeriodStart AS DATE) AS period, CAST(ChargePeriodStart AS DATE) AS day, SubAccountId AS account,
        ServiceName AS service, ChargeCategory AS category, BillingCurrency AS currency, count(*) AS n, ${sums}
      FROM (${rows}) GROUP BY ALL`);
  }
}

const NO_ROWS = `SELECT CAST(NULL AS TIMESTAMP) AS BillingPeriodStart, CAST(NULL AS TIMESTAMP) AS ChargePeriodStart,
  CAST(NULL AS VARCHAR) AS SubAccountId, CAST(NULL AS VARCHAR) AS ServiceName, CAST(NULL AS VARCHAR) AS ChargeCategory,
  CAST(NULL AS VARCHAR) AS BillingCurrency, ${COST_COLUMNS.map((cost) => `CAST(NULL AS DECIMAL(38, 18)) AS ${cost}`).join(', ')} WHERE false`;

async function readPeriods(engine: Engine): Promise<readonly PeriodChange[]> {
  const costs = COST_COLUMNS.flatMap((cost) => [
    `CAST(a.${cost} AS VARCHAR)`,
    `CAST(b.${cost} AS VARCHAR)`,
    `CAST(coalesce(b.${cost}, 0) - coalesce(a.${cost}, 0) AS VARCHAR)`,
  ]);
  const side = (name: string) =>
    `(SELECT period, currency, category, sum(n) AS n, ${COST_COLUMNS.map((cost) => `sum(${cost}) AS ${cost}`).join(', ')} FROM ${name} GROUP BY ALL)`;
  const rows =
    await engine.rows(`SELECT CAST(coalesce(a.period, b.period) AS VARCHAR), coalesce(a.currency, b.currency),
      coalesce(a.category, b.category), coalesce(a.n, 0), coalesce(b.n, 0),
      coalesce(a.period, b.period) IN (SELECT period FROM older), coalesce(a.period, b.period) IN (SELECT period FROM newer), ${costs.join(', ')}
    FROM ${side('older')} AS a FULL JOIN ${side('newer')} AS b
      ON a.period IS NOT DISTINCT FROM b.period AND a.currency IS NOT DISTINCT FROM b.currency AND a.category = b.category
    ORDER BY 1, 2, 3`);
  return rows.map(periodOf).filter(({ status }) => status !== 'unchanged');
}

function periodOf(row: TextRow): PeriodChange {
  const [billingPeriod, currency, chargeCategory, rowsOlder, rowsNewer, was, is, ...cells] = row;
  const costs = Object.fromEntries(
    COST_COLUMNS.map((cost, at) => [cost, changeOf(cells.slice(3 * at, 3 * at + 3))]),
  ) as PeriodChange['costs'];
  const counts = { rowsOlder: Number(rowsOlder), rowsNewer: Number(rowsNewer) };
  const isSame =
    counts.rowsOlder === counts.rowsNewer &&
    COST_COLUMNS.every((cost) => costs[cost].older === costs[cost].newer);
  const restated = isSame ? 'unchanged' : 'restated';
  return {
    billingPeriod: billingPeriod ?? '',
    currency: currency ?? '',
    chargeCategory: chargeCategory ?? '',
    status: was !== 'true' ? 'added' : is !== 'true' ? 'removed' : restated,
    ...counts,
    costs,
  };
}

function changeOf([older = null, newer = null, delta]: TextRow): CostChange {
  return { older, newer, delta: delta ?? '0' };
}

function readSlices(engine: Engine, basis: CostColumn): Promise<readonly TextRow[]> {
  const keys = ['day', 'account', 'service', 'category', 'currency'];
  const same = [...keys, 'period'].map((key) => `a.${key} IS NOT DISTINCT FROM b.${key}`);
  const named = keys.map((key) => `coalesce(a.${key}, b.${key}) AS ${key}`);
  return engine.rows(`SELECT CAST(day AS VARCHAR), account, service, category, currency, n, m, CAST(was AS VARCHAR), CAST(becomes AS VARCHAR),
      CAST(delta AS VARCHAR), count(*) OVER ()
    FROM (
      SELECT coalesce(a.period, b.period) AS period, ${named.join(', ')}, coalesce(a.n, 0) AS n, coalesce(b.n, 0) AS m,
        a.${basis} AS was, b.${basis} AS becomes, coalesce(b.${basis}, 0) - coalesce(a.${basis}, 0) AS delta
      FROM older AS a FULL JOIN newer AS b ON ${same.join(' AND ')}
    )
    WHERE (delta <> 0 OR n <> m) AND period IN (SELECT period FROM older) AND period IN (SELECT period FROM newer)
    ORDER BY abs(delta) DESC, ${keys.map((key) => `${key} NULLS FIRST`).join(', ')} LIMIT ${SLICES_MAX}`);
}

function sliceOf(row: TextRow): SliceChange {
  const [day, subAccountId, serviceName, chargeCategory, currency, n, m, ...cost] = row;
  return {
    day: day ?? '',
    subAccountId: subAccountId ?? null,
    serviceName: serviceName ?? null,
    chargeCategory: chargeCategory ?? '',
    currency: currency ?? '',
    rowsOlder: Number(n),
    rowsNewer: Number(m),
    cost: changeOf(cost.slice(0, 3)),
  };
}
