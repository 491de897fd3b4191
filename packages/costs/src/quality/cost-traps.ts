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

/** Traps in the cost columns of the `charges` view. */
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
    await engine.rows(`SELECT ProviderName, count(*), count(*) FILTER (EffectiveCost = 0),
      sum(EffectiveCost)::VARCHAR, sum(BilledCost)::VARCHAR, sum(ListCost)::VARCHAR, any_value(BillingCurrency),
      count(*) FILTER (fractional), count(*) FILTER (fractional AND whole)
    FROM (SELECT *, ${FRACTIONAL_USAGE} AS fractional,
      ${WHOLE_EFFECTIVE} AS whole FROM charges WHERE EffectiveCost IS NOT NULL)
    GROUP BY x_SourceFile, ProviderName
    HAVING count(*) FILTER (fractional) >= ${ROUNDING_ROWS_MIN}
      AND count(*) FILTER (fractional AND whole) >= ${ROUNDING_SHARE_MIN} * count(*) FILTER (fractional)
    ORDER BY x_SourceFile, ProviderName`);
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
    `SELECT count(*), count(*) FILTER (EffectiveCost IS NULL), count(*) FILTER (ListCost IS NULL) FROM charges`,
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
    await engine.rows(`SELECT BillingCurrency, count(*) FILTER (purchase), sum(ListCost)::VARCHAR,
      (sum(ListCost) FILTER (ChargeCategory = 'Usage'))::VARCHAR, sum(BilledCost)::VARCHAR, sum(EffectiveCost)::VARCHAR,
      (sum(BilledCost) FILTER (ChargeCategory = 'Purchase'))::VARCHAR, count(*) FILTER (ChargeCategory = 'Purchase')
    FROM (SELECT *, ChargeCategory = 'Purchase' AND (CommitmentDiscountCategory IS NOT NULL OR CommitmentDiscountId IS NOT NULL) AS purchase FROM charges)
    GROUP BY BillingCurrency HAVING count(*) FILTER (purchase AND coalesce(ListCost, BilledCost) <> 0) > 0 ORDER BY BillingCurrency`);
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
    'SELECT BillingCurrency, sum(BilledCost)::VARCHAR FROM charges GROUP BY BillingCurrency ORDER BY BillingCurrency',
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
  const [credits] = await engine.rows(
    `SELECT 1 FROM charges WHERE ChargeCategory = 'Credit' AND BilledCost < 0 LIMIT 1`,
  );
  if (!credits) return [];
  const rows =
    await engine.rows(`SELECT ProviderName, BillingCurrency, rows, tagged, credits::VARCHAR, round(100 * taggedCost / total, 1)::VARCHAR, round(100 * taggedUsage / usage, 1)::VARCHAR
    FROM (SELECT ProviderName, BillingCurrency, count(*) AS rows, count(*) FILTER (isTagged) AS tagged,
        sum(BilledCost) FILTER (ChargeCategory = 'Credit') AS credits,
        sum(BilledCost)::DOUBLE AS total, (sum(BilledCost) FILTER (isTagged))::DOUBLE AS taggedCost,
        (sum(BilledCost) FILTER (ChargeCategory <> 'Credit'))::DOUBLE AS usage, (sum(BilledCost) FILTER (isTagged AND ChargeCategory <> 'Credit'))::DOUBLE AS taggedUsage
      FROM (SELECT *, coalesce(cardinality(Tags), 0) > 0 AS isTagged FROM charges) GROUP BY ProviderName, BillingCurrency)
    WHERE credits < 0 AND taggedCost > 0 AND abs(taggedCost / total - taggedUsage / usage) > 0.01 ORDER BY ProviderName, BillingCurrency`);
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
