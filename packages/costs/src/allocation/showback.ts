import { InputError, type CostBasis } from '@counterfoil/core';
import type { ScopedLake } from '../query/lake-version.ts';
import { queryIdOf } from '../query/run-query.ts';
import type { MetricRow } from '../unit-costs/metric.ts';
import { amountText } from '../query/amounts.ts';
import { taxonomyText } from './coverage.ts';
import type { Extent } from './period.ts';
import { resolveTags } from './resolve-tags.ts';
import { readShowbackCells, readTotals, type Parts, type ShowbackCell } from './showback-cells.ts';
import { splitPool, type PoolShare, type SplitContext } from './split-shared.ts';
import { plainKey, type SharedSplit, type Taxonomy } from './taxonomy.ts';

/** Three kinds of money that a reader wants apart, and their sum. Plain decimals, exact to the 18th place. */
export interface ShowbackParts {
  readonly costs: string;
  /** Credits and refunds; negative. */
  readonly credits: string;
  readonly tax: string;
  readonly total: string;
}

/** What one owner is shown. */
export interface ShowbackLine extends ShowbackParts {
  /** Null for what no owner and no rule takes. */
  readonly owner: string | null;
  /** Of `costs`, what its own charges make. */
  readonly direct: string;
  /** Of `costs`, what the rules gave it. */
  readonly shared: string;
  /** Charges of its own. */
  readonly rows: number;
  readonly queryId: string;
}

/** A shared cost and where it went. */
export interface SharedPool extends ShowbackParts {
  readonly name: string;
  readonly split: SharedSplit['type'];
  readonly rows: number;
  /** `not_split` where nobody could be found to take it: it stays without an owner. */
  readonly status: 'split' | 'not_split';
  readonly reason: string | null;
  readonly shares: readonly (ShowbackParts & { readonly owner: string })[];
}

/** The report of one currency. */
export interface CurrencyShowback {
  readonly currency: string;
  /** Largest total first, the one without an owner last. */
  readonly lines: readonly ShowbackLine[];
  readonly pools: readonly SharedPool[];
  readonly total: ShowbackParts;
  /** Sum of all charges, read by itself, less the sum of the lines: `0`. */
  readonly difference: string;
  /** Commitment purchases, left out of amortised costs because the usage they pay for carries them. */
  readonly leftOut: string;
  readonly unallocatedPercent: number | null;
}

/** Costs by owner, shared costs split. */
export interface ShowbackAnswer {
  readonly queryId: string;
  readonly dataVersion: string;
  readonly rowsRead: number;
  readonly basis: CostBasis;
  readonly fromDate: string;
  readonly toDate: string;
  /** `account`, or the tag key. */
  readonly by: string;
  readonly rounding: 'largest remainder in units of 10^-18';
  readonly currencies: readonly CurrencyShowback[];
}

export interface ShowbackRequest {
  readonly extent: Extent;
  readonly taxonomy: Taxonomy;
  /** A tag key, or `account` for the account itself. */
  readonly by: string;
  readonly metrics: readonly MetricRow[];
}

/** The name of the owner column that is the account. */
export const BY_ACCOUNT = 'account';

/**
 * Showback: every charge of the extent belongs to the first shared rule that takes it, else to its owner, else to nobody. Shared costs
 * are split by their rule; the parts add up to the whole to the last unit, so the lines add up to the bill.
 */
export async function showback(
  lake: ScopedLake,
  request: ShowbackRequest,
): Promise<ShowbackAnswer> {
  const { extent, taxonomy, by } = request;
  const key = taxonomy.keys.find((one) => one.key === by) ?? plainKey(by);
  const charges = await resolveTags(lake, extent, {
    keys: by === BY_ACCOUNT ? [] : [key],
    taxonomy,
  });
  const source = { charges, rules: taxonomy.shared, basis: extent.basis };
  const cells = await readShowbackCells(lake, source);
  const totals = await readTotals(lake, extent);
  const question = {
    showback: extent,
    taxonomy: taxonomyText(taxonomy),
    by,
    metrics: request.metrics,
  };
  const lineId = (currency: string, owner: string | null) =>
    queryIdOf({ ...question, currency, owner }, lake.accounts, lake.dataVersion);
  const currencies = [...Map.groupBy(cells, ({ currency }) => currency)].map(
    ([currency, own]): CurrencyShowback =>
      ofCurrency(request, {
        currency,
        cells: own,
        total: totals.get(currency) ?? 0n,
        lineId: (owner) => lineId(currency, owner),
      }),
  );
  refuseUnreconciled(currencies);
  return {
    queryId: queryIdOf(question, lake.accounts, lake.dataVersion),
    dataVersion: lake.dataVersion,
    rowsRead: cells.reduce((sum, { rows }) => sum + rows, 0),
    ...extent,
    by,
    rounding: 'largest remainder in units of 10^-18',
    currencies,
  };
}

interface CurrencyData {
  readonly currency: string;
  readonly cells: readonly ShowbackCell[];
  readonly total: bigint;
  readonly lineId: (owner: string | null) => string;
}

interface OpenLine {
  readonly direct: Parts;
  readonly shared: Parts;
  readonly rows: number;
}

const NOTHING: Parts = { costs: 0n, credits: 0n, tax: 0n };

function ofCurrency(request: ShowbackRequest, data: CurrencyData): CurrencyShowback {
  const { taxonomy, metrics, by } = request;
  const counted = data.cells.filter(({ part }) => part !== 'left_out');
  const lines = new Map<string | null, OpenLine>();
  for (const cell of counted.filter(({ rule }) => rule === null)) {
    const line = lines.get(cell.owner) ?? { direct: NOTHING, shared: NOTHING, rows: 0 };
    lines.set(cell.owner, {
      ...line,
      direct: withPart(line.direct, cell),
      rows: line.rows + cell.rows,
    });
  }
  const context: SplitContext = {
    direct: new Map(
      [...lines].flatMap(([owner, line]) => (owner === null ? [] : [[owner, line.direct.costs]])),
    ),
    metrics,
    by,
  };
  const pools = taxonomy.shared.flatMap((rule, at): readonly SharedPool[] => {
    const own = counted.filter((cell) => cell.rule === at);
    if (own.length === 0) return [];
    const amounts = own.reduce(withPart, NOTHING);
    const outcome = splitPool(rule, amounts, context);
    const shares: readonly PoolShare[] =
      outcome.type === 'split' ? outcome.shares : [{ owner: null, parts: amounts }];
    for (const { owner, parts } of shares) {
      const line = lines.get(owner) ?? { direct: NOTHING, shared: NOTHING, rows: 0 };
      lines.set(owner, { ...line, shared: added(line.shared, parts) });
    }
    return [
      {
        name: rule.name,
        split: rule.split.type,
        ...partsText(amounts),
        rows: own.reduce((sum, { rows }) => sum + rows, 0),
        status: outcome.type,
        reason: outcome.type === 'split' ? null : outcome.reason,
        shares: shares.flatMap(({ owner, parts }) =>
          owner === null ? [] : [{ owner, ...partsText(parts) }],
        ),
      },
    ];
  });
  return summed(data, { lines, pools });
}

function summed(
  data: CurrencyData,
  {
    lines,
    pools,
  }: {
    readonly lines: ReadonlyMap<string | null, OpenLine>;
    readonly pools: readonly SharedPool[];
  },
): CurrencyShowback {
  const closed = [...lines].map(([owner, { direct, shared, rows }]) => ({
    owner,
    parts: added(direct, shared),
    line: {
      owner,
      direct: amountText(direct.costs),
      shared: amountText(shared.costs),
      ...partsText(added(direct, shared)),
      rows,
      queryId: data.lineId(owner),
    },
  }));
  const sum = closed.reduce((total, { parts }) => added(total, parts), NOTHING);
  const nobody = closed.find(({ owner }) => owner === null)?.parts ?? NOTHING;
  const leftOut = data.cells.filter(({ part }) => part === 'left_out');
  return {
    currency: data.currency,
    lines: closed.toSorted(byTotal).map(({ line }) => line),
    pools,
    total: partsText(sum),
    difference: amountText(
      data.total - totalOf(sum) - leftOut.reduce((left, { cost }) => left + cost, 0n),
    ),
    leftOut: amountText(leftOut.reduce((left, { cost }) => left + cost, 0n)),
    unallocatedPercent: sum.costs > 0n ? Number((1000n * nobody.costs) / sum.costs) / 10 : null,
  };
}

function byTotal(
  a: { readonly owner: string | null; readonly parts: Parts },
  b: { readonly owner: string | null; readonly parts: Parts },
): number {
  if (a.owner === null || b.owner === null) return a.owner === null ? 1 : -1;
  const [left, right] = [totalOf(a.parts), totalOf(b.parts)];
  return left === right ? (a.owner < b.owner ? -1 : 1) : left < right ? 1 : -1;
}

function refuseUnreconciled(currencies: readonly CurrencyShowback[]): void {
  const wrong = currencies.find(({ difference }) => difference !== '0');
  if (wrong === undefined) return;
  throw new InputError(
    'SHOWBACK_UNRECONCILED',
    `the lines in ${wrong.currency} miss the bill by ${wrong.difference}`,
    { remedy: 'report this as a bug, with the taxonomy' },
  );
}

function withPart(parts: Parts, { part, cost }: ShowbackCell): Parts {
  return part === 'left_out' ? parts : { ...parts, [part]: parts[part] + cost };
}

function added(a: Parts, b: Parts): Parts {
  return { costs: a.costs + b.costs, credits: a.credits + b.credits, tax: a.tax + b.tax };
}

function totalOf({ costs, credits, tax }: Parts): bigint {
  return costs + credits + tax;
}

function partsText(parts: Parts): ShowbackParts {
  return {
    costs: amountText(parts.costs),
    credits: amountText(parts.credits),
    tax: amountText(parts.tax),
    total: amountText(totalOf(parts)),
  };
}
