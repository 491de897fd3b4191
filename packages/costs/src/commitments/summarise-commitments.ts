import { decimalUnits, sumDecimals } from '@counterfoil/core';
import { ORDINARY } from '../analysis/span.ts';
import { ratio } from '../analysis/decimal.ts';
import type { TextRow } from '../duck/engine.ts';
import type { ScopedLake } from '../query/lake-version.ts';
import { queryIdOf } from '../query/run-query.ts';
import type { ContractCommitment } from './contract-commitment.ts';

/** One commitment as the charges show it. Money is plain decimals of EffectiveCost in the currency of the whole. */
export interface Commitment {
  readonly commitmentDiscountId: string;
  readonly commitmentDiscountType: string | null;
  readonly used: string;
  readonly unused: string;
  /** Used share of what was committed, in percent; null where nothing of it was charged. */
  readonly utilisationPercent: number | null;
  /** As {@link used} and {@link unused}, in the commitment's own unit; null where the charges name several or none. */
  readonly quantity: CommitmentQuantity | null;
  /** BilledCost of its purchases: what it takes from the account, whenever it is used. */
  readonly purchased: string;
  /** Last day with a charge of it. */
  readonly lastDate: string;
  /** First day after its term; null where neither a contract nor a one-time purchase says. */
  readonly expiresDate: string | null;
  /** Where the end of the term is from. */
  readonly expiresBy: 'contract' | 'purchase' | null;
}

/** Use of a commitment in its own unit, such as normalised hours. */
export interface CommitmentQuantity {
  readonly unit: string;
  readonly used: string;
  readonly unused: string;
  readonly utilisationPercent: number | null;
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
  /** EffectiveCost of commitments that went to usage, and that went to nothing. */
  readonly usedCost: string;
  readonly unusedCost: string;
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
  contracts: readonly ContractCommitment[] = [],
): Promise<CommitmentsAnswer> {
  const summaries: CurrencyCommitments[] = [];
  for (const currency of currencies) {
    const commitments = withContracts(await commitmentsOf(lake, currency), contracts);
    summaries.push({
      currency,
      commitments,
      usedCost: sumDecimals(commitments.map(({ used }) => used)),
      unusedCost: sumDecimals(commitments.map(({ unused }) => unused)),
      ...(await savingsOf(lake, currency)),
    });
  }
  return {
    queryId: queryIdOf({ commitments: currencies, contracts }, lake.accounts, lake.dataVersion),
    dataVersion: lake.dataVersion,
    currencies: summaries,
  };
}

/** A contract knows the end of a term; a charge can only hint at it. */
function withContracts(
  commitments: readonly Commitment[],
  contracts: readonly ContractCommitment[],
): readonly Commitment[] {
  const ends = new Map(contracts.map((one) => [one.contractCommitmentId, one.periodEndDate]));
  return commitments
    .map((commitment): Commitment => {
      const end = ends.get(commitment.commitmentDiscountId);
      return end === undefined
        ? commitment
        : { ...commitment, expiresDate: end, expiresBy: 'contract' };
    })
    .toSorted((a, b) => (a.expiresDate ?? '9999').localeCompare(b.expiresDate ?? '9999'));
}

async function commitmentsOf(lake: ScopedLake, currency: string): Promise<readonly Commitment[]> {
  const usage = (column: string, status: string) =>
    `coalesce(sum(${column}) FILTER (ChargeCategory = 'Usage' AND CommitmentDiscountStatus = '${status}'), 0)::VARCHAR`;
  const rows = await lake.rows.rows({
    sql: `SELECT CommitmentDiscountId, max(CommitmentDiscountType),
        ${usage('EffectiveCost', 'Used')}, ${usage('EffectiveCost', 'Unused')},
        CAST(max(ChargePeriodStart) AS DATE)::VARCHAR,
        CAST(max(ChargePeriodEnd) FILTER (ChargeCategory = 'Purchase'
          AND date_diff('day', ChargePeriodStart, ChargePeriodEnd) > ${INSTALMENT_DAYS_MAX}) AS DATE)::VARCHAR AS expires,
        ${usage('CommitmentDiscountQuantity', 'Used')}, ${usage('CommitmentDiscountQuantity', 'Unused')},
        CASE WHEN count(DISTINCT CommitmentDiscountUnit) FILTER (ChargeCategory = 'Usage') = 1
          THEN min(CommitmentDiscountUnit) FILTER (ChargeCategory = 'Usage') END,
        coalesce(sum(BilledCost) FILTER (ChargeCategory = 'Purchase'), 0)::VARCHAR
      FROM scoped WHERE BillingCurrency = ? AND CommitmentDiscountId IS NOT NULL AND ${ORDINARY}
      GROUP BY CommitmentDiscountId
      ORDER BY expires NULLS LAST, sum(EffectiveCost) DESC NULLS LAST, CommitmentDiscountId`,
    parameters: [currency],
  });
  return rows.map(([id, type, used, unused, lastDate, expiresDate, ...more]) => ({
    commitmentDiscountId: id ?? '',
    commitmentDiscountType: type ?? null,
    used: used ?? '0',
    unused: unused ?? '0',
    utilisationPercent: usedPercent(used, unused),
    quantity: quantityOf(more),
    purchased: more[3] ?? '0',
    lastDate: lastDate ?? '',
    expiresDate: expiresDate ?? null,
    expiresBy: expiresDate === null || expiresDate === undefined ? null : 'purchase',
  }));
}

function quantityOf([used, unused, unit]: TextRow): CommitmentQuantity | null {
  if (unit === null || unit === undefined) return null;
  return {
    unit,
    used: sumDecimals([used ?? '0']),
    unused: sumDecimals([unused ?? '0']),
    utilisationPercent: usedPercent(used, unused),
  };
}

function usedPercent(used: string | null | undefined, unused: string | null | undefined) {
  const part = decimalUnits(used ?? '0');
  return percentOf(part, part + decimalUnits(unused ?? '0'));
}

async function savingsOf(
  lake: ScopedLake,
  currency: string,
): Promise<Omit<CurrencyCommitments, 'currency' | 'commitments' | 'usedCost' | 'unusedCost'>> {
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
