import { decimalUnits, type CostBasis } from '@counterfoil/core';
import type { DetectedAnomaly, Innocence } from '../detection/index.ts';
import type { ScopedLake } from '../query/lake-version.ts';
import { addDays } from './days.ts';
import { quotientText, ratio } from './decimal.ts';
import { usageQuery, type ChangeDays } from './signal-of.ts';
import { ORDINARY, spanOf } from './span.ts';

/** A day counts as settled so long before the last complete day of the version that first showed it. */
const SETTLED_DAYS = 3;
/** A change is a restatement when past days that were restated make up this share of it. */
const RESTATED_SHARE_MIN = 0.5;

/** How a later version changed days that an earlier one had shown as settled. Money in units of 10^-18. */
export interface Restatement {
  readonly currency: string;
  readonly previousVersion: string;
  /** ISO dates in UTC, both included. */
  readonly fromDate: string;
  readonly toDate: string;
  readonly daysCount: number;
  /** Plain decimals in the currency: the sum of all changes, and of their sizes by account and day. */
  readonly net: string;
  readonly gross: string;
}

/** The version before, as the same intake sees it. */
export interface PreviousVersion {
  readonly lake: ScopedLake;
  readonly basis: CostBasis;
}

/** What is compared: two versions, in one currency. */
export interface VersionPair {
  readonly lake: ScopedLake;
  readonly previous: PreviousVersion;
  readonly currency: string;
  /** Last day that was settled in the version before. */
  readonly settledDate: string;
}

/** The pair to compare; null where the version before has no settled day in this currency, or counts on another basis. */
export async function versionPair(
  lake: ScopedLake,
  previous: PreviousVersion | undefined,
  { basis, currency }: { readonly basis: CostBasis; readonly currency: string },
): Promise<VersionPair | null> {
  if (!previous || previous.basis !== basis) return null;
  const span = await spanOf(previous.lake, currency);
  if (!span) return null;
  return { lake, previous, currency, settledDate: addDays(span.lastCompleteDay, -SETTLED_DAYS) };
}

/** What changed on days that were settled, over all accounts; null where nothing did. */
export async function restatementOf(pair: VersionPair): Promise<Restatement | null> {
  const { lake, previous, currency } = pair;
  const [before, after] = [await dailyTotals(previous.lake, pair), await dailyTotals(lake, pair)];
  const changes = [...before].flatMap(([key, old]) => {
    const change = (after.get(key) ?? old) - old;
    return change === 0n ? [] : [{ day: key.slice(0, 10), change }];
  });
  if (changes.length === 0) return null;
  const days = [...new Set(changes.map(({ day }) => day))].toSorted();
  return {
    currency,
    previousVersion: previous.lake.dataVersion,
    fromDate: days[0] ?? '',
    toDate: days.at(-1) ?? '',
    daysCount: days.length,
    net: quotientText(changes.reduce((sum, { change }) => sum + change, 0n)),
    gross: quotientText(changes.reduce((sum, { change }) => sum + abs(change), 0n)),
  };
}

/** Usage cost by day and account, in units of 10^-18. */
async function dailyTotals(
  lake: ScopedLake,
  { previous, currency, settledDate }: VersionPair,
): Promise<Map<string, bigint>> {
  const rows = await lake.rows.rows({
    sql: `SELECT CAST(ChargePeriodStart AS DATE)::VARCHAR, SubAccountId, sum(${previous.basis})::VARCHAR FROM scoped
      WHERE BillingCurrency = ? AND ChargeCategory = 'Usage' AND ${ORDINARY} AND ChargePeriodStart < CAST(? AS TIMESTAMP) + INTERVAL 1 DAY
      GROUP BY ALL`,
    parameters: [currency, settledDate],
  });
  return new Map(
    rows.map(([day, account, sum]) => [`${day}/${account}`, decimalUnits(sum ?? '0')] as const),
  );
}

/** Whether restated past days, rather than anything that happened, make up a change. */
export async function restatedBy(
  anomaly: DetectedAnomaly,
  days: ChangeDays,
  pair: VersionPair,
): Promise<Innocence | undefined> {
  const { lake, previous, currency, settledDate } = pair;
  if (days.onsetDate > settledDate) return undefined;
  const lastDate = days.lastDate < settledDate ? days.lastDate : settledDate;
  const query = usageQuery(anomaly, previous.basis, { ...days, lastDate });
  const sumIn = async (version: ScopedLake): Promise<bigint> => {
    const { rows } = await version.query(query);
    return rows
      .filter((row) => row[1] === currency)
      .reduce((sum, row) => sum + decimalUnits(row[2] ?? '0'), 0n);
  };
  const restated = (await sumIn(lake)) - (await sumIn(previous.lake));
  const impact = decimalUnits(anomaly.impactTotal.toFixed(6));
  if (ratio(restated, impact, 4) < RESTATED_SHARE_MIN) return undefined;
  return {
    reason: 'restatement',
    note: `days until ${lastDate} were restated by ${quotientText(restated)} since version ${previous.lake.dataVersion}; nothing happened on them`,
  };
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}
