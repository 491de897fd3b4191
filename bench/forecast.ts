/**
 * Forecasts to month end, made on four days of each month from the days before them only, against simple forecasts in the same run.
 * usage: node bench/forecast.ts [FOLDER]   FOLDER holds series.csv.gz and labels.json; prints Markdown
 *
 * WAPE of the month: Σ |error of the rest of the month| / Σ month, actual days included. WAPE daily: Σ |error| / Σ cost. MASE: mean
 * |error| over the mean |cost − cost a week before| of the history, the median over forecasts (Hyndman & Koehler 2006).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { forecastSeries, type ForecastResult } from '@counterfoil/costs';

const [folder = '../shared/rca/detect'] = process.argv.slice(2);
const ORIGIN_DAYS = [0, 7, 14, 21];
const DAY_MS = 86_400_000;

interface Period {
  readonly monthStart: number;
  readonly origin: number;
  readonly monthEnd: number;
}

interface Score {
  missedMonth: number;
  month: number;
  missedDays: number;
  days: number;
  readonly mase: number[];
}

type Method = (cost: Float64Array, steps: number) => Float64Array;

const BASELINES: Readonly<Record<string, Method>> = {
  'seasonal naive, 7 days': (cost, steps) =>
    each(steps, (step) => cost[cost.length - 7 + (step % 7)] as number),
  'mean of 28 days': (cost, steps) => {
    const mean = sum(cost.slice(-28)) / 28;
    return each(steps, () => mean);
  },
  'weekday median, 5 weeks': (cost, steps) =>
    each(steps, (step) =>
      median([1, 2, 3, 4, 5].map((week) => cost[cost.length - 7 * week + (step % 7)] as number)),
    ),
};

const { days, costs, evalStart } = load();
const periods = ORIGIN_DAYS.map((day) => periodsFrom(day));
/** A fee that falls once a month makes simple forecasts look worse than they are on all other series. */
const daily = costs.filter((cost) => median([...cost.slice(evalStart)]) > 0);
let cpuMs = 0;
let forecastsCount = 0;
const lines = [
  '| series | forecast on | method | WAPE of the month | WAPE daily | median MASE | days in 80 % interval | totals in it |',
  '|---|---|---|---|---|---|---|---|',
  ...[costs, daily].flatMap((chosen) => [
    ...periods.flatMap((same, at) => report(chosen, same, `day ${(ORIGIN_DAYS[at] ?? 0) + 1}`)),
    ...report(chosen, periods.flat(), 'all four'),
  ]),
];
process.stdout.write(
  `${lines.join('\n')}\n\n${(cpuMs / forecastsCount).toFixed(2)} ms CPU a series with its back-test.\n`,
);

function load() {
  const labels = JSON.parse(readFileSync(join(folder, 'labels.json'), 'utf8')) as {
    days: number;
    evalStart: number;
    day0: string;
  };
  const series = new Map<string, Float64Array>();
  const text = gunzipSync(readFileSync(join(folder, 'series.csv.gz'))).toString('utf8');
  for (const row of text.trim().split('\n').slice(1)) {
    const [name = '', day, final] = row.split(',');
    const cost = series.get(name) ?? new Float64Array(labels.days);
    cost[Number(day)] = Number(final);
    series.set(name, cost);
  }
  const iso = (day: number) =>
    new Date(Date.parse(labels.day0) + day * DAY_MS).toISOString().slice(0, 10);
  return {
    days: Array.from({ length: labels.days }, (_, day) => iso(day)),
    costs: [...series.values()],
    evalStart: labels.evalStart,
  };
}

/** Months that lie wholly in the evaluated part, each forecast on the same day of the month. */
function periodsFrom(originDay: number): readonly Period[] {
  const starts = days.flatMap((day, at) => (day.endsWith('-01') && at >= evalStart ? [at] : []));
  return starts.slice(0, -1).map((monthStart, at) => ({
    monthStart,
    origin: monthStart + originDay,
    monthEnd: starts[at + 1] as number,
  }));
}

function report(
  chosen: readonly Float64Array[],
  judged: readonly Period[],
  label: string,
): readonly string[] {
  const ours = newScore();
  const baselines = Object.keys(BASELINES).map((name) => [name, newScore()] as const);
  const inside = { days: 0, daysCount: 0, totals: 0, totalsCount: 0 };
  for (const period of judged) {
    const { origin, monthEnd } = period;
    const steps = monthEnd - origin;
    const before = process.cpuUsage();
    const result = forecastSeries({
      days: days.slice(0, origin),
      series: chosen.map((cost) => cost.slice(0, origin)),
      steps,
    });
    const used = process.cpuUsage(before);
    cpuMs += (used.user + used.system) / 1000;
    forecastsCount += chosen.length;
    chosen.forEach((cost, at) => {
      const expectations = result.series[at]?.daily ?? [];
      addTo(
        ours,
        { cost, period },
        Float64Array.from(expectations, ({ expected }) => expected),
      );
      for (const [name, score] of baselines) {
        const expected = (BASELINES[name] as Method)(cost.slice(0, origin), steps);
        addTo(score, { cost, period }, expected);
      }
      countInside(inside, cost.slice(origin, monthEnd), result.series[at]);
    });
  }
  const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} %`;
  return [
    row([String(chosen.length), label], 'ours', ours, [
      percent(inside.days, inside.daysCount),
      percent(inside.totals, inside.totalsCount),
    ]),
    ...baselines.map(([name, score]) => row(['', ''], name, score, ['', ''])),
  ];
}

function newScore(): Score {
  return { missedMonth: 0, month: 0, missedDays: 0, days: 0, mase: [] };
}

function addTo(
  score: Score,
  { cost, period }: { readonly cost: Float64Array; readonly period: Period },
  expected: Float64Array,
): void {
  const { monthStart, origin, monthEnd } = period;
  const came = cost.slice(origin, monthEnd);
  const missed = sum(came.map((value, step) => Math.abs(value - (expected[step] as number))));
  score.missedMonth += Math.abs(sum(came) - sum(expected));
  score.month += sum(cost.slice(monthStart, monthEnd));
  score.missedDays += missed;
  score.days += sum(came);
  const history = cost.slice(0, origin);
  const scale = sum(history.slice(7).map((value, at) => Math.abs(value - (history[at] as number))));
  if (scale > 0) score.mase.push(missed / came.length / (scale / (origin - 7)));
}

/** An interval holds its ends, to a millionth: a series that costs nothing is forecast as nothing. */
function countInside(
  inside: { days: number; daysCount: number; totals: number; totalsCount: number },
  came: Float64Array,
  forecast: ForecastResult['series'][number] | undefined,
): void {
  const holds = (interval: { readonly low: number; readonly high: number }, value: number) =>
    value >= interval.low - 1e-6 && value <= interval.high + 1e-6;
  forecast?.daily.forEach(({ interval }, step) => {
    if (interval === null) return;
    inside.daysCount++;
    if (holds(interval, came[step] as number)) inside.days++;
  });
  const total = forecast?.total.interval ?? null;
  if (total === null) return;
  inside.totalsCount++;
  if (holds(total, sum(came))) inside.totals++;
}

function row(
  labels: readonly string[],
  method: string,
  score: Score,
  coverage: readonly string[],
): string {
  const { missedMonth, month, missedDays, days: cost, mase } = score;
  const cells = [
    (missedMonth / month).toFixed(4),
    (missedDays / cost).toFixed(4),
    median(mase).toFixed(3),
  ];
  return `| ${[...labels, method, ...cells, ...coverage].join(' | ')} |`;
}

function each(steps: number, value: (step: number) => number): Float64Array {
  return Float64Array.from({ length: steps }, (_, step) => value(step));
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}
