import {
  decimalUnits,
  type CostAnomaly,
  type CostElement,
  type RootCause,
} from '@counterfoil/core';
import type { Parameter, TextRow } from '../duck/engine.ts';
import { localise } from '../localisation/index.ts';
import { filtersSql } from '../query/dimensions.ts';
import type { ScopedLake } from '../query/lake-version.ts';
import { queryIdOf } from '../query/run-query.ts';
import { concentration } from './concentration.ts';
import { cubeOf, subjectRows, type Subject } from './cube-of.ts';
import { quotientText, ratio } from './decimal.ts';
import { filterOf } from './signal-of.ts';
import { comparisonOf } from './window.ts';

const CAUSES_MAX = 10;
const RESOURCES_MAX = 20;
/** Causes below this share of the change are noise beside the first. */
const SHARE_MIN = 0.01;

/** Root causes of one anomaly. */
export interface LocaliseResult {
  readonly queryId: string;
  readonly causes: readonly RootCause[];
  /** Combinations of dimension values that were looked at. */
  readonly leaves: number;
}

/**
 * Finds which accounts, services, regions, usage types, resources and tags explain an anomaly, most dollars first. Each cause's change
 * per day, its share and its resources are summed again exactly for its element, so that a query with the same filter gives the same figures.
 */
export async function localiseAnomaly(
  lake: ScopedLake,
  anomaly: CostAnomaly,
): Promise<LocaliseResult> {
  const firstDate = await firstDateOf(lake, anomaly);
  const comparison = comparisonOf(firstDate, anomaly.onsetDate, anomaly.lastDate);
  const subject: Subject = { lake, anomaly, comparison };
  const cube = await cubeOf(subject);
  const found = localise(cube, { causesMax: CAUSES_MAX, complete: true });
  const total = (await exactDeltas(subject, {}, null))[0]?.delta ?? 0n;
  const candidates = found.causes.map((cause) => ({
    element: elementOf(anomaly, cause.where),
    score: rounded(cause.score),
  }));
  const causes: ExactCause[] = [];
  for (const candidate of distinct(candidates)) causes.push(await causeOf(subject, candidate));
  if (!explains(causes, total)) {
    const { where, share } = concentration(cube);
    const candidate = { element: elementOf(anomaly, where), score: rounded(share) };
    causes.push(await causeOf(subject, candidate));
  }
  const sign = anomaly.direction === 'increase' ? 1n : -1n;
  return {
    queryId: queryIdOf({ localise: anomaly, comparison }, lake.accounts, lake.dataVersion),
    causes: withShares(causes, total)
      .toSorted((a, b) => (sign * a.delta < sign * b.delta ? 1 : -1))
      .filter(({ share }, at) => at === 0 || Math.abs(share) >= SHARE_MIN)
      .map(({ delta: _, ...cause }) => cause),
    leaves: cube.actual.length,
  };
}

/** Whether the causes make up at least half of the change; a search that found less found noise. */
function explains(causes: readonly ExactCause[], total: bigint): boolean {
  const explained = causes.reduce((sum, { delta }) => sum + delta, 0n);
  return (
    total !== 0n && sameSign(explained, total) && 2n * magnitude(explained) >= magnitude(total)
  );
}

/** Shares of the whole change; where causes of both signs offset each other, of the larger side, so that none exceeds 1. */
function withShares(causes: readonly ExactCause[], total: bigint): readonly ExactCause[] {
  const sideOf = (sign: bigint) =>
    causes.reduce((sum, { delta }) => (sign * delta > 0n ? sum + sign * delta : sum), 0n);
  const whole = [magnitude(total), sideOf(1n), sideOf(-1n)].reduce((a, b) => (a > b ? a : b));
  return causes.map((cause) => ({
    ...cause,
    share: ratio(total < 0n ? -cause.delta : cause.delta, whole, 4),
  }));
}

async function firstDateOf(lake: ScopedLake, anomaly: CostAnomaly): Promise<string> {
  const [row] = await lake.rows.rows({
    sql: `SELECT CAST(min(ChargePeriodStart) AS DATE)::VARCHAR FROM scoped WHERE ChargeCategory = 'Usage' AND BillingCurrency = ?`,
    parameters: [anomaly.impactPerDay.currency],
  });
  return row?.[0] ?? anomaly.onsetDate;
}

/** The anomaly's own element narrowed by what the search found; an empty value ("has none") is left open. */
function elementOf(anomaly: CostAnomaly, where: Readonly<Record<string, string>>): CostElement {
  const named = Object.entries(where).filter(([, value]) => value !== '');
  return { ...anomaly.element, ...Object.fromEntries(named) };
}

function rounded(score: number): number {
  return Math.round(score * 10_000) / 10_000;
}

function distinct<Item extends { readonly element: CostElement }>(
  items: readonly Item[],
): readonly Item[] {
  const seen = new Set<string>();
  return items.filter(({ element }) => {
    const key = JSON.stringify(Object.entries(element).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** A cause with its change as {@link scaleOf} times units of 10^-18. */
type ExactCause = RootCause & { readonly delta: bigint };

async function causeOf(
  subject: Subject,
  { element, score }: Pick<RootCause, 'element' | 'score'>,
): Promise<ExactCause> {
  const { currency } = subject.anomaly.impactPerDay;
  const perDay = (delta: bigint) => ({ amount: quotientText(delta, scaleOf(subject)), currency });
  const delta = (await exactDeltas(subject, element, null))[0]?.delta ?? 0n;
  const resources = await exactDeltas(subject, element, 'ResourceId');
  return {
    element,
    delta,
    deltaPerDay: perDay(delta),
    share: 0,
    score,
    resources: resources
      .filter((resource) => resource.name !== null && sameSign(resource.delta, delta))
      .slice(0, RESOURCES_MAX)
      .map((resource) => ({
        resourceId: resource.name ?? '',
        deltaPerDay: perDay(resource.delta),
      })),
  };
}

function sameSign(a: bigint, b: bigint): boolean {
  return a !== 0n && a > 0n === b > 0n;
}

interface ExactDelta {
  readonly name: string | null;
  /** Change per day times {@link scaleOf}, in units of 10^-18. */
  readonly delta: bigint;
}

/** Deltas are kept as whole numbers by multiplying with days and baseline divisor. */
function scaleOf({ comparison }: Subject): bigint {
  return BigInt(comparison.daysCount) * BigInt(Math.max(1, comparison.divisor));
}

/**
 * Exact change per day of an element, or of each of its resources (largest change first): sums come from the lake as decimals, weekday by
 * weekday, and are combined as integers.
 */
async function exactDeltas(
  subject: Subject,
  element: CostElement,
  groupColumn: 'ResourceId' | null,
): Promise<readonly ExactDelta[]> {
  const rows = subjectRows(subject);
  const filters = filtersSql(filterOf(element));
  const { basis } = subject.anomaly;
  const { onsetDate } = subject.comparison;
  const before = [1, 2, 3, 4, 5, 6, 7].map(
    (weekday) =>
      `(sum(${basis}) FILTER (ChargePeriodStart < CAST(? AS TIMESTAMP) AND isodow(ChargePeriodStart) = ${weekday}))::VARCHAR`,
  );
  const parameters: readonly Parameter[] = Array.from({ length: 8 }, () => onsetDate);
  const answer = await subject.lake.rows.rows({
    sql: `SELECT ${groupColumn ?? 'NULL'}, (sum(${basis}) FILTER (ChargePeriodStart >= CAST(? AS TIMESTAMP)))::VARCHAR, ${before.join(', ')}
      FROM scoped WHERE ${rows.sql} AND ${filters.sql} ${groupColumn ? `GROUP BY ${groupColumn}` : ''}`,
    parameters: [...parameters, ...rows.parameters, ...filters.parameters],
  });
  return answer
    .map((row) => ({ name: row[0] ?? null, delta: deltaOf(subject, row) }))
    .toSorted((a, b) => compare(magnitude(b.delta), magnitude(a.delta)) || byName(a.name, b.name));
}

function deltaOf({ comparison }: Subject, [, actual, ...before]: TextRow): bigint {
  const days = BigInt(comparison.daysCount);
  const divisor = BigInt(Math.max(1, comparison.divisor));
  const expected = before.reduce(
    (sum, text, at) => sum + decimalUnits(text ?? '0') * BigInt(comparison.weekdayWeights[at] ?? 0),
    0n,
  );
  return decimalUnits(actual ?? '0') * divisor - expected * days;
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function byName(a: string | null, b: string | null): number {
  return (a ?? '') < (b ?? '') ? -1 : 1;
}
