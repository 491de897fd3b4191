import type { Engine } from '../duck/engine.ts';
import type { Finding } from './finding.ts';

/** Fewest usage rows of one provider that say anything about its rounding. */
const ROUNDING_ROWS_MIN = 20;
/** Part of the fractional usage rows whose EffectiveCost is whole, from which on the column counts as rounded. */
const ROUNDING_SHARE_MIN = 0.98;

/** Usage whose BilledCost is no whole number, and charges whose EffectiveCost is one. */
export const FRACTIONAL_USAGE = `(ChargeCategory = 'Usage' AND BilledCost::DOUBLE <> trunc(BilledCost::DOUBLE))`;
export const WHOLE_EFFECTIVE = `(EffectiveCost::DOUBLE = trunc(EffectiveCost::DOUBLE))`;

/** Whether the EffectiveCost of a provider looks rounded: so many usage rows have a fractional BilledCost, so many of them a whole EffectiveCost. */
export function isRounded(rowsFractional: number, rowsWhole: number): boolean {
  return rowsFractional >= ROUNDING_ROWS_MIN && rowsWhole >= ROUNDING_SHARE_MIN * rowsFractional;
}

/** Traps in the cost columns of the `facets`. */
export async function findCostTraps(engine: Engine): Promise<readonly Finding[]> {
  return [
    ...(await roundedEffectiveCost(engine)),
    ...(await missingCosts(engine)),
    ...(await doubleCountedPurchases(engine)),
    ...(await mixedCurrencies(engine)),
    ...(await inflatedCoverage(engine)),
  ];
}

async function roundedEffectiveCost(engine: Engine): Promise<readonly Finding[]> {
  const rows =
    await engine.rows(`SELECT provider, sum(n_with_effective)::BIGINT, sum(n_effective_zero)::BIGINT,
      sum(EffectiveCost)::VARCHAR, sum(billed_with_effective)::VARCHAR, sum(list_with_effective)::VARCHAR, any_value(currency)
    FROM facets GROUP BY file, provider
    HAVING sum(n_fractional) >= ${ROUNDING_ROWS_MIN} AND sum(n_fractional_whole) >= ${ROUNDING_SHARE_MIN} * sum(n_fractional)
    ORDER BY file, provider`);
  return rows.map(([provider, count, zero, effective, billed, list, currency]) => ({
    code: 'EFFECTIVE_COST_ROUNDED',
    severity: 'warning',
    subject: provider ?? null,
    message:
      'EffectiveCost is rounded to whole units of currency, so BilledCost is used as the basis of the analysis',
    figures: {
      rows: Number(count),
      rowsZero: Number(zero),
      effectiveTotal: effective ?? null,
      billedTotal: billed ?? null,
      listTotal: list ?? null,
      currency: currency ?? null,
    },
  }));
}

async function missingCosts(engine: Engine): Promise<readonly Finding[]> {
  const [row] = await engine.rows(
    `SELECT sum(n)::BIGINT, sum(n - n_with_effective)::BIGINT, sum(n_without_list)::BIGINT FROM facets`,
  );
  const [rows = 0, withoutEffective = 0, withoutList = 0] = (row ?? []).map(Number);
  const findings: Finding[] = [];
  if (withoutEffective > 0) {
    findings.push({
      code: 'EFFECTIVE_COST_MISSING',
      severity: 'warning',
      subject: null,
      message: 'rows have no EffectiveCost, so BilledCost is used as the basis of the analysis',
      figures: { rows, rowsWithout: withoutEffective },
    });
  }
  if (withoutList > 0) {
    findings.push({
      code: 'LIST_COST_MISSING',
      severity: 'info',
      subject: null,
      message: 'rows have no ListCost: savings against list price cannot be stated for them',
      figures: { rows, rowsWithout: withoutList },
    });
  }
  return findings;
}

async function doubleCountedPurchases(engine: Engine): Promise<readonly Finding[]> {
  const rows =
    await engine.rows(`SELECT currency, sum(n_commitment_purchases)::BIGINT, sum(ListCost)::VARCHAR,
      (sum(ListCost) FILTER (category = 'Usage'))::VARCHAR, sum(BilledCost)::VARCHAR, sum(EffectiveCost)::VARCHAR,
      (sum(BilledCost) FILTER (category = 'Purchase'))::VARCHAR, coalesce(sum(n) FILTER (category = 'Purchase'), 0)::BIGINT
    FROM facets GROUP BY currency HAVING sum(n_commitment_purchases_priced) > 0 ORDER BY currency`);
  return rows.map(
    ([currency, purchases, listAll, listUsage, billedAll, effectiveAll, billed, count]) => ({
      code: 'COMMITMENT_PURCHASE_DOUBLE_COUNT',
      severity: 'warning',
      subject: currency ?? null,
      message:
        'sums over all rows count commitment purchases and the usage that they pay for; usage sums leave purchases out',
      figures: {
        commitmentPurchaseRows: Number(purchases),
        purchaseRows: Number(count),
        listCostAllRows: listAll ?? null,
        listCostUsage: listUsage ?? null,
        billedCostAllRows: billedAll ?? null,
        effectiveCostAllRows: effectiveAll ?? null,
        billedCostPurchases: billed ?? null,
      },
    }),
  );
}

async function mixedCurrencies(engine: Engine): Promise<readonly Finding[]> {
  const rows = await engine.rows(
    'SELECT currency, sum(BilledCost)::VARCHAR FROM facets GROUP BY currency ORDER BY currency',
  );
  if (rows.length < 2) return [];
  return [
    {
      code: 'MIXED_CURRENCY',
      severity: 'warning',
      subject: null,
      message: `charges are billed in ${rows.length} currencies, which are never added up`,
      figures: Object.fromEntries(
        rows.map(([currency, billed]) => [currency ?? '', billed ?? null]),
      ),
    },
  ];
}

/** Share of spend that is tagged, with credits and without: a credit makes the whole smaller and the share too large. */
async function inflatedCoverage(engine: Engine): Promise<readonly Finding[]> {
  const rows =
    await engine.rows(`SELECT provider, currency, n, tagged, credits::VARCHAR, round(100 * taggedCost / total, 1)::VARCHAR, round(100 * taggedUsage / usage, 1)::VARCHAR
    FROM (SELECT provider, currency, sum(n)::BIGINT AS n, sum(n_tagged)::BIGINT AS tagged,
        sum(BilledCost) FILTER (category = 'Credit') AS credits,
        sum(BilledCost)::DOUBLE AS total, sum(billed_tagged)::DOUBLE AS taggedCost,
        (sum(BilledCost) FILTER (category <> 'Credit'))::DOUBLE AS usage, (sum(billed_tagged) FILTER (category <> 'Credit'))::DOUBLE AS taggedUsage
      FROM facets GROUP BY provider, currency)
    WHERE credits < 0 AND taggedCost > 0 AND abs(taggedCost / total - taggedUsage / usage) > 0.01 ORDER BY provider, currency`);
  return rows.map(([provider, currency, count, tagged, credits, withCredits, without]) => ({
    code: 'CREDITS_INFLATE_COVERAGE',
    severity: 'warning',
    subject: provider ?? null,
    message: `with credits left in, ${withCredits} % of spend would count as tagged; without them it is ${without} %`,
    figures: {
      rows: Number(count),
      rowsTagged: Number(tagged),
      credits: credits ?? null,
      currency: currency ?? null,
      taggedPercentWithCredits: withCredits ?? null,
      taggedPercent: without ?? null,
    },
  }));
}
