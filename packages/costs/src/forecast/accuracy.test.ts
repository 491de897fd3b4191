import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { daysBetween, daysFrom } from '../analysis/days.ts';
import { forecastSeries } from './forecast-series.ts';

const FILE = join(import.meta.dirname, '../../../../../shared/rca/detect/series.csv.gz');
const FIRST_DAY = '2025-01-01';

/** Final cost by day of every series in the file. */
function readSeries(): readonly Float64Array[] {
  const series = new Map<string, number[]>();
  for (const line of gunzipSync(readFileSync(FILE)).toString('utf8').trim().split('\n').slice(1)) {
    const [name = '', day, final] = line.split(',');
    const cost = series.get(name) ?? [];
    cost[Number(day)] = Number(final);
    series.set(name, cost);
  }
  return [...series.values()].map((cost) => Float64Array.from(cost));
}

it('a whole month ahead, totals are off by at most 5.5 %, days by 0.92 of the naive error, and intervals hold', (t) => {
  if (!existsSync(FILE)) return t.skip('needs ../shared');
  const series = readSeries();
  let [missed, total, inside, daysCount] = [0, 0, 0, 0];
  const scaled: number[] = [];
  for (const [from, until] of [
    ['2025-05-01', '2025-06-01'],
    ['2025-07-01', '2025-08-01'],
  ] as const) {
    const count = daysBetween(FIRST_DAY, from);
    const steps = daysBetween(from, until);
    const result = forecastSeries({
      days: daysFrom(FIRST_DAY, from).slice(0, count),
      series: series.map((cost) => cost.slice(0, count)),
      steps,
    });
    series.forEach((cost, at) => {
      const errors = (result.series[at]?.daily ?? []).map(({ expected, interval }, step) => {
        const came = cost[count + step] as number;
        total += came;
        daysCount++;
        if (interval && came >= interval.low && came <= interval.high) inside++;
        return came - expected;
      });
      missed += Math.abs(errors.reduce((sum, error) => sum + error, 0));
      const history = cost.slice(0, count - 7);
      const naive = history.reduce(
        (sum, value, day) => sum + Math.abs((cost[day + 7] as number) - value),
        0,
      );
      const error = errors.reduce((sum, one) => sum + Math.abs(one), 0) / steps;
      if (naive > 0) scaled.push(error / (naive / history.length));
    });
  }
  const mase = scaled.toSorted((a, b) => a - b)[scaled.length >> 1] ?? Infinity;
  assert.ok(missed / total <= 0.055, `WAPE ${missed / total}`);
  assert.ok(mase <= 0.92, `MASE ${mase}`);
  const coverage = inside / daysCount;
  assert.ok(coverage >= 0.75 && coverage <= 0.85, `coverage ${coverage}`);
});
