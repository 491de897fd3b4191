import type { CostQuery } from '@counterfoil/core';
import { ratio } from '../analysis/decimal.ts';
import { amountText, unitsOf } from '../query/amounts.ts';
import { dimensionSql, textOfGroup, type ColumnFragment } from '../query/dimensions.ts';
import type { ScopedLake } from '../query/lake-version.ts';
import {
  malformed,
  readCount,
  readFilter,
  readGroups,
  readPeriod,
  readPlan,
  type Period,
} from '../query/plan-fields.ts';
import { queryIdOf } from '../query/run-query.ts';
import { selectionSql, withinSql } from '../query/selection.ts';

/** A question about what negotiated prices and commitments save. */
export interface SavingsRequest extends Period {
  readonly by: CostQuery['groupBy'];
  readonly filter: CostQuery['filter'];
  readonly rowsMax: number;
}

/** Savings against list prices. Money is plain decimals in the currency of the whole. */
export interface Savings {
  /** Cost of usage in each of the four ways. */
  readonly listCost: string;
  readonly contractedCost: string;
  readonly effectiveCost: string;
  readonly billedCost: string;
  /** Σ max(0, ListCost − ContractedCost) */
  readonly negotiatedSavings: string;
  /** Σ max(0, ContractedCost − EffectiveCost) */
  readonly commitmentSavings: string;
  /** Σ max(0, ListCost − EffectiveCost) */
  readonly totalSavings: string;
  /** Total savings in percent of ListCost, one decimal; null without list cost. */
  readonly effectiveSavingsRatePercent: number | null;
  /** ListCost − EffectiveCost as it is: below the total savings by what charges above list, and commitments left unused, cost. */
  readonly netSavings: string;
  /** EffectiveCost of commitments that nothing used; part of the effective cost. */
  readonly unusedCommitmentCost: string;
  /** BilledCost of what is kept out of the sums above: credits (below zero), taxes, adjustments and purchases. */
  readonly credits: string;
  readonly taxes: string;
  readonly adjustments: string;
  readonly purchases: string;
  /** ListCost of the purchases, which a sum over all rows would count beside the usage that they pay for. */
  readonly listCostOfPurchases: string;
  /** Rows within the sums that lack a list, contracted or effective cost, and what they cost; no saving is stated for them. */
  readonly rowsIncomplete: number;
  readonly effectiveCostOfIncomplete: string;
}

/** The savings of one currency. */
export interface CurrencySavings extends Savings {
  readonly currency: string;
  /** Largest total savings first; empty where no dimension was asked for. */
  readonly groups: readonly (Savings & {
    readonly where: { readonly [dimension: string]: string | null };
  })[];
  readonly groupsCount: number;
}

/** What negotiated prices and commitments save in a period. */
export interface SavingsAnswer extends Period {
  readonly queryId: string;
  readonly dataVersion: string;
  readonly rowsRead: number;
  readonly by: readonly string[];
  readonly currencies: readonly CurrencySavings[];
}

const NAMES = ['by', 'filter', 'fromDate', 'toDate', 'rowsMax'] as const;
const LISTED_MAX = 1_000;

/** Reads a question for savings from outside; `InputError` names the field that is wrong. */
export function parseSavingsRequest(input: unknown): SavingsRequest {
  const plan = readPlan(input, NAMES, 'question for savings');
  const filter = readFilter(plan.filter ?? {});
  const by = readGroups(plan.by ?? [], 'by');
  if (filter.chargeCategory !== undefined || by.includes('chargeCategory')) {
    throw malformed('chargeCategory', 'is what savings keep apart by themselves');
  }
  return {
    by,
    filter,
    ...readPeriod(plan),
    rowsMax: readCount(plan.rowsMax ?? LISTED_MAX, 'rowsMax', { least: 1, most: LISTED_MAX }),
  };
}

const PRICED = `(ChargeCategory = 'Usage')`;
const COMPLETE =
  'ListCost IS NOT NULL AND ContractedCost IS NOT NULL AND EffectiveCost IS NOT NULL';
const complete = `FILTER (${PRICED} AND ${COMPLETE})`;
const priced = `FILTER (${PRICED})`;

/** Sums in the order in which {@link savingsOf} reads them. */
const SUMS: readonly string[] = [
  `sum(ListCost) ${priced}`,
  `sum(ContractedCost) ${priced}`,
  `sum(EffectiveCost) ${priced}`,
  `sum(BilledCost) ${priced}`,
  `sum(greatest(0, ListCost - ContractedCost)) ${complete}`,
  `sum(greatest(0, ContractedCost - EffectiveCost)) ${complete}`,
  `sum(greatest(0, ListCost - EffectiveCost)) ${complete}`,
  `sum(ListCost - EffectiveCost) ${complete}`,
  `sum(EffectiveCost) FILTER (${PRICED} AND CommitmentDiscountStatus = 'Unused')`,
  `sum(BilledCost) FILTER (ChargeCategory = 'Credit')`,
  `sum(BilledCost) FILTER (ChargeCategory = 'Tax')`,
  `sum(BilledCost) FILTER (ChargeCategory = 'Adjustment')`,
  `sum(BilledCost) FILTER (ChargeCategory = 'Purchase')`,
  `sum(ListCost) FILTER (ChargeCategory = 'Purchase')`,
  `sum(EffectiveCost) FILTER (${PRICED} AND NOT (${COMPLETE}))`,
];

/**
 * Savings by the arithmetic of the FinOps Framework's effective savings rate, as Microsoft's FinOps toolkit computes it row by row: what
 * a row costs above list counts as no saving, never as a negative one. Only usage is counted. The toolkit leaves out purchases that say
 * which commitment they buy; exports hold others, whose EffectiveCost is zero because it comes with the usage, and which would pass
 * for a saving of all they cost. Credits, taxes and adjustments are shown apart, because no price was saved by them. For proof of a
 * realised saving use differences of cost instead, which keep their sign.
 */
export async function summariseSavings(
  lake: ScopedLake,
  request: SavingsRequest,
): Promise<SavingsAnswer> {
  const { columns: only, ...plan } = savingsSql(request);
  const columns = await lake.rows.columns(plan, only);
  const rows = (columns[0] ?? []).map((_, at) => columns.map((column) => column[at]));
  const wholes = rows.filter((row) => row[1] === true);
  const { by, fromDate, toDate } = request;
  return {
    queryId: queryIdOf({ savings: request }, lake.accounts, lake.dataVersion),
    dataVersion: lake.dataVersion,
    rowsRead: wholes.reduce((sum, row) => sum + Number(row[2]), 0),
    by,
    fromDate,
    toDate,
    currencies: wholes.map((whole) => {
      const groups = rows.filter((row) => row[1] === false && row[0] === whole[0]);
      return {
        currency: String(whole[0] ?? ''),
        ...savingsOf(whole),
        groups: groups.map((row) => ({
          where: Object.fromEntries(
            by.map((name, at) => [name, textOfGroup(name, row[HEAD + SUMS.length + at])]),
          ),
          ...savingsOf(row),
        })),
        groupsCount: by.length === 0 ? 0 : Number(groups[0]?.[4] ?? 0),
      };
    }),
  };
}

/** Columns: currency, whether the row is the whole, rows, incomplete rows, groups of the currency; then the sums and the groups. */
const HEAD = 5;

function savingsSql(request: SavingsRequest): ColumnFragment {
  const { by, filter, rowsMax } = request;
  const groups = by.map((name) => dimensionSql(name));
  const names = groups.map((_, at) => `g${at}`);
  const period = withinSql(request);
  const selection = selectionSql({ filter, groupBy: ['chargeCategory'] });
  const sums = SUMS.map((sum, at) => `${sum} AS s${at}`);
  const sets =
    names.length === 0 ? ['(currency)'] : ['(currency)', `(currency, ${names.join(', ')})`];
  const whole = names.length === 0 ? 'true' : `GROUPING(${names.join(', ')}) <> 0`;
  const order = ['coalesce(s6, 0) DESC', ...names.map((name) => `${name} NULLS FIRST`)].join(', ');
  return {
    sql: `, charged AS (SELECT *, BillingCurrency AS currency${groups.map(({ sql }, at) => `, ${sql} AS g${at}`).join('')}
        FROM scoped WHERE ${period.sql} AND ${selection.sql}
      ), summed AS (
        SELECT currency, ${whole} AS whole, count(*) AS n, count(*) FILTER (${PRICED} AND NOT (${COMPLETE})) AS incomplete,
          ${[...sums, ...names].join(', ')} FROM charged GROUP BY GROUPING SETS (${sets.join(', ')})
      )
      SELECT currency, whole, n, incomplete, count(*) OVER (PARTITION BY currency, whole), ${[...SUMS.map((_, at) => `s${at}`), ...names].join(', ')}
      FROM summed QUALIFY whole OR row_number() OVER (PARTITION BY currency, whole ORDER BY ${order}) <= ${rowsMax}
      ORDER BY currency, whole DESC, ${order}`,
    parameters: [
      ...groups.flatMap((group) => group.parameters),
      ...period.parameters,
      ...selection.parameters,
    ],
    columns: [
      ...new Set([
        'BillingCurrency' as const,
        'ChargePeriodStart' as const,
        'ChargeCategory' as const,
        'CommitmentDiscountStatus' as const,
        'ListCost' as const,
        'ContractedCost' as const,
        'EffectiveCost' as const,
        'BilledCost' as const,
        ...[...groups, selection].flatMap((part) => part.columns),
      ]),
    ],
  };
}

function savingsOf(row: readonly unknown[]): Savings {
  const units = SUMS.map((_, at) => unitsOf(row[HEAD + at]));
  const text = (at: number) => amountText(units[at] ?? 0n);
  const [list = 0n] = units;
  const total = units[6] ?? 0n;
  return {
    listCost: text(0),
    contractedCost: text(1),
    effectiveCost: text(2),
    billedCost: text(3),
    negotiatedSavings: text(4),
    commitmentSavings: text(5),
    totalSavings: text(6),
    effectiveSavingsRatePercent: list === 0n ? null : ratio(100n * total, list, 1),
    netSavings: text(7),
    unusedCommitmentCost: text(8),
    credits: text(9),
    taxes: text(10),
    adjustments: text(11),
    purchases: text(12),
    listCostOfPurchases: text(13),
    rowsIncomplete: Number(row[3]),
    effectiveCostOfIncomplete: text(14),
  };
}
