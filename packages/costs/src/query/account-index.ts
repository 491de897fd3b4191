import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Engine } from '../duck/engine.ts';
import { CANONICAL_COLUMNS } from '../ingest/canonical.ts';
import { FRACTIONAL_USAGE, WHOLE_EFFECTIVE } from '../quality/cost-traps.ts';
import { chargesSql, type ChargesFile } from '../versions/charges-relation.ts';
import { replaceFile } from '../versions/whole-folder.ts';

/** What the charges of one account, billing period, provider and currency in one part are, without the charges themselves. */
export interface AccountGroup {
  readonly account: string;
  /** ISO date; null where the charges do not say. */
  readonly billingPeriodStart: string | null;
  readonly provider: string | null;
  readonly currency: string | null;
  readonly rows: number;
  /** Two order-independent sums over hashes of the rows, as decimal integers. */
  readonly digests: readonly [string, string];
  /** First and last day on which a charge starts. */
  readonly firstDate: string;
  readonly lastDate: string;
  readonly rowsWithoutEffectiveCost: number;
  /** Usage whose BilledCost is fractional, and that of it whose EffectiveCost is whole: signs of a rounded export. */
  readonly rowsFractional: number;
  readonly rowsFractionalWhole: number;
}

interface IndexFile {
  readonly v: 1;
  readonly groups: readonly AccountGroup[];
}

const INDEX_FILE = 'accounts.json';
const COLUMNS = Object.keys(CANONICAL_COLUMNS);
const HALF = Math.ceil(COLUMNS.length / 2);

/**
 * The accounts of every file of a version, each index read from beside its file, or computed (some 2 million rows a second) and kept
 * there. Only the periods of a file that the version counts are given.
 *
 * A digest says whether an account's charges are the same as in another version, whatever stands beside them: file name, place in the
 * file and other accounts do not enter. It is two 64-bit hashes of each row (DuckDB's `hash`, over two halves of the columns, combined
 * in both orders), each summed, so it tells contents apart that come by themselves; it is no proof against somebody who makes rows
 * to collide. The proof is the SHA-256 of the files in the manifest.
 */
export async function readAccountIndex(
  engine: Engine,
  files: readonly ChargesFile[],
): Promise<readonly (readonly AccountGroup[])[]> {
  const found: (readonly AccountGroup[])[] = [];
  for (const file of files) {
    const { path, billingPeriods } = file;
    const groups = (await kept(path)) ?? (await computed(engine, file));
    found.push(
      billingPeriods === 'all'
        ? groups
        : groups.filter(({ billingPeriodStart }) =>
            billingPeriods.includes(billingPeriodStart ?? ''),
          ),
    );
  }
  return found;
}

function indexPath(chargesPath: string): string {
  return join(dirname(chargesPath), INDEX_FILE);
}

/** Null where there is none, or where it is damaged: it can be computed again. */
async function kept(chargesPath: string): Promise<readonly AccountGroup[] | null> {
  try {
    const file = JSON.parse(await readFile(indexPath(chargesPath), 'utf8')) as IndexFile;
    return file.v === 1 && Array.isArray(file.groups) ? file.groups : null;
  } catch {
    return null;
  }
}

async function computed(engine: Engine, file: ChargesFile): Promise<readonly AccountGroup[]> {
  const charges = chargesSql([{ ...file, billingPeriods: 'all' }]);
  const rows =
    await engine.rows(`SELECT SubAccountId, CAST(BillingPeriodStart AS DATE)::VARCHAR AS period, ProviderName, BillingCurrency,
      count(*), sum(hash(x_a, x_b))::VARCHAR, sum(hash(x_b, x_a))::VARCHAR,
      CAST(min(ChargePeriodStart) AS DATE)::VARCHAR, CAST(max(ChargePeriodStart) AS DATE)::VARCHAR,
      count(*) FILTER (EffectiveCost IS NULL),
      count(*) FILTER (EffectiveCost IS NOT NULL AND ${FRACTIONAL_USAGE}),
      count(*) FILTER (EffectiveCost IS NOT NULL AND ${FRACTIONAL_USAGE} AND ${WHOLE_EFFECTIVE})
    FROM (SELECT SubAccountId, BillingPeriodStart, ProviderName, BillingCurrency, ChargePeriodStart, ChargeCategory, EffectiveCost, BilledCost,
        hash(${COLUMNS.slice(0, HALF).join(', ')}) AS x_a, hash(${COLUMNS.slice(HALF).join(', ')}) AS x_b
      FROM (${charges}) WHERE SubAccountId IS NOT NULL)
    GROUP BY ALL ORDER BY SubAccountId, period, ProviderName, BillingCurrency`);
  const groups = rows.map((row): AccountGroup => {
    const [account, period, provider, currency, count, a, b, firstDate, lastDate, ...counts] = row;
    return {
      account: account ?? '',
      billingPeriodStart: period ?? null,
      provider: provider ?? null,
      currency: currency ?? null,
      rows: Number(count),
      digests: [a ?? '0', b ?? '0'],
      firstDate: firstDate ?? '',
      lastDate: lastDate ?? '',
      rowsWithoutEffectiveCost: Number(counts[0]),
      rowsFractional: Number(counts[1]),
      rowsFractionalWhole: Number(counts[2]),
    };
  });
  await keep(file.path, groups);
  return groups;
}

/** A lake that cannot be written to is read without. */
async function keep(chargesPath: string, groups: readonly AccountGroup[]): Promise<void> {
  const text = JSON.stringify({ v: 1, groups } satisfies IndexFile);
  await replaceFile(indexPath(chargesPath), text).catch(() => undefined);
}
