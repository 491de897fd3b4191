import { decimalUnits } from '@counterfoil/core';
import { ORDINARY } from '../analysis/span.ts';
import { ratio } from '../analysis/decimal.ts';
import type { ScopedLake } from '../query/lake-version.ts';
import { queryIdOf } from '../query/run-query.ts';

/** One commitment as the charges show it. Money is plain decimals of EffectiveCost in the currency of the whole. */
export interface Commitment {
  readonly commitmentDiscountId: string;
  readonly commitmentDiscountType: string | null;
  readonly used: string;
  readonly unused: string;
  /** Used share of what was committed, in percent; null where nothing of it was charged. */
  readonly utilisationPercent: number | null;
  /** Last day with a charge of it. */
  readonly lastDate: string;
  /** First day after its term, told by a one-time purchase; null where the charges do not say. */
  readonly expiresDate: string | null;
}

/** Commitments and what they save, in one currency. */
export interface CurrencyCommitments {
  readonly currency: string;
  /** Earliest known expiry first, then those without one; most committed first. */
  readonly commitments: readonly Commitment[];
  /** Share of the list cost of eligible usage that commitments covered, in percent. */
  readonly coveragePercent: number | null;
  /** As {@link coveragePercent}, by effective cost. */
  readonly effectiveCoveragePercent: number | null;
  readonly listCost: string;
  readonly effectiveCost: string;
  /** (list − effective) / list, in percent, below zero where commitments cost more than they saved; null without list cost. */
  readonly effectiveSavingsRatePercent: number | null;
}

/** What a version says of commitments. */
export interface CommitmentsAnswer {
  readonly queryId: string;
  readonly dataVersion: string;
  readonly currencies: readonly CurrencyCommitments[];
}

/** A purchase for a period up to this long is an instalment, and its end says nothing of the term. */
const INSTALMENT_DAYS_MAX = 31;

/**
 * Utilisation, coverage, expiry and effective savings rate of a version, by the FOCUS columns of commitment discounts. Only usage counts,
 * so a commitment's purchase is never added to the usage it pays for. Eligible is usage at standard or committed prices of services in
 * which any commitment was used: FOCUS names no eligibility before 1.4. What was left unused counts as cost, not as list cost: nobody
 * would have bought it, so a commitment that is wasted shows as a loss.
 */
export async function summariseCommitments(
  lake: ScopedLake,
  currencies: readonly string[],
): Promise<CommitmentsAnswer> {
  const summaries: CurrencyCommitments[] = [];
  for (const currency of currencies) {
    const commitments = await commitmentsOf(lake, currency);
    summaries.push({ currency, commitments, ...(await savingsOf(lake, currency)) });
  }
  return {
    queryId: queryIdOf({ commitments: currencies }, lake.accounts, lake.dataVersion),
    dataVersion: lake.dataVersion,
    currencies: summaries,
  };
}

async function commitmentsOf(lake: ScopedLake, currency: string): Promise<readonly Commitment[]> {
  const rows = await lake.rows.rows({
    sql: `SELECT CommitmentDiscountId, max(CommitmentDiscountType),
        coalesce(sum(EffectiveCost) FILTER (ChargeCategory = 'Usage' AND CommitmentDiscountStatus = 'Used'), 0)::VARCHAR,
        coalesce(sum(EffectiveCost) FILTER (ChargeCategory = 'Usage' AND CommitmentDiscountStatus = 'Unused'), 0)::VARCHAR,
        CAST(max(ChargePeriodStart) AS DATE)::VARCHAR,
        CAST(max(ChargePeriodEnd) FILTER (ChargeCategory = 'Purchase'
          AND date_diff('day', ChargePeriodStart, ChargePeriodEnd) > ${INSTALMENT_DAYS_MAX}) AS DATE)::VARCHAR AS expires
      FROM scoped WHERE BillingCurrency = ? AND CommitmentDiscountId IS NOT NULL AND ${ORDINARY}
      GROUP BY CommitmentDiscountId
      ORDER BY expires NULLS LAST, sum(EffectiveCost) DESC NULLS LAST, CommitmentDiscountId`,
    parameters: [currency],
  });
  return rows.map(([id, type, used, unused, lastDate, expiresDate]) => ({
    commitmentDiscountId: id ?? '',
    commitmentDiscountType: type ?? null,
    used: used ?? '0',
    unused: unused ?? '0',
    utilisationPercent: percentOf(
      decimalUnits(used ?? '0'),
      decimalUnits(used ?? '0') + decimalUnits(unused ?? '0'),
    ),
    lastDate: lastDate ?? '',
    expiresDate: expiresDate ?? null,
  }));
}

async function savingsOf(
  lake: ScopedLake,
  currency: string,
): Promise<Omit<CurrencyCommitments, 'currency' | 'commitments'>> {
  const covered = `FILTER (eligible AND CommitmentDiscountStatus = 'Used')`;
  const eligible = `FILTER (eligible AND CommitmentDiscountStatus IS DISTINCT FROM 'Unused')`;
  const [row] = await lake.rows.rows({
    sql: `, used AS (
        SELECT *, PricingCategory IN ('Standard', 'Committed') AND max(CommitmentDiscountStatus = 'Used') OVER (PARTITION BY ServiceName) AS eligible
        FROM scoped WHERE BillingCurrency = ? AND ChargeCategory = 'Usage' AND ${ORDINARY}
      )
      SELECT ${[
        `sum(ListCost) ${covered}`,
        `sum(ListCost) ${eligible}`,
        `sum(EffectiveCost) ${covered}`,
        `sum(EffectiveCost) ${eligible}`,
        `sum(ListCost) FILTER (CommitmentDiscountStatus IS DISTINCT FROM 'Unused')`,
        'sum(EffectiveCost)',
      ]
        .map((sum) => `coalesce(${sum}, 0)::VARCHAR`)
        .join(', ')}
      FROM used`,
    parameters: [currency],
  });
  const units = (row ?? []).map((text) => decimalUnits(text ?? '0'));
  const [coveredList = 0n, eligibleList = 0n, coveredCost = 0n, eligibleCost = 0n] = units;
  const [list = 0n, effective = 0n] = units.slice(4);
  return {
    coveragePercent: percentOf(coveredList, eligibleList),
    effectiveCoveragePercent: percentOf(coveredCost, eligibleCost),
    listCost: row?.[4] ?? '0',
    effectiveCost: row?.[5] ?? '0',
    effectiveSavingsRatePercent: percentOf(list - effective, list),
  };
}

function percentOf(part: bigint, whole: bigint): number | null {
  return whole === 0n ? null : ratio(100n * part, whole, 1);
}
