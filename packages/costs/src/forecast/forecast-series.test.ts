import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { forecastSeries } from './forecast-series.ts';
import { costOf, noisyService, testDays } from './series.testing.ts';

const STEPS = 30;

function organisation(count: number, services = 60): readonly Float64Array[] {
  return Array.from({ length: services }, (_, at) => noisyService(at + 1, count));
}

describe('the forecast of many series', () => {
  const full = organisation(230);
  const count = 200;
  const series = full.map((cost) => cost.slice(0, count));
  const result = forecastSeries({ days: testDays(count), series, steps: STEPS });

  it('has intervals that hold about 80 % of the days and totals that came', () => {
    let [inside, totals] = [0, 0];
    result.series.forEach(({ daily, total }, at) => {
      const came = (full[at] as Float64Array).slice(count);
      daily.forEach(({ interval }, step) => {
        const value = came[step] as number;
        if (interval && value >= interval.low && value <= interval.high) inside++;
      });
      const sum = came.reduce((all, value) => all + value, 0);
      if (total.interval && sum >= total.interval.low && sum <= total.interval.high) totals++;
    });
    const share = inside / (series.length * STEPS);
    assert.ok(share >= 0.75 && share <= 0.85, `days ${share}`);
    assert.ok(totals / series.length >= 0.7 && totals / series.length <= 0.9, `totals ${totals}`);
  });

  it('tells how it did on the history, and against the repetition of the last week', () => {
    const { dayCoverage, totalCoverage, totalWape, naiveTotalWape } = result.backTest;
    assert.ok(dayCoverage !== null && dayCoverage > 0.75 && dayCoverage < 0.85);
    assert.ok(totalCoverage !== null && totalCoverage > 0.65 && totalCoverage < 0.95);
    assert.ok(totalWape !== null && naiveTotalWape !== null && totalWape < naiveTotalWape);
  });

  it('expects of the whole what it expects of the parts', () => {
    const parts = result.series.reduce((sum, { total }) => sum + total.expected, 0);
    assert.ok(Math.abs(result.sum.total.expected / parts - 1) < 1e-9);
  });

  it('holds every expectation within its interval', () => {
    for (const { daily, total } of [...result.series, result.sum]) {
      for (const { expected, interval } of [...daily, total]) {
        assert.ok(interval && interval.low <= expected && expected <= interval.high);
      }
    }
  });

  it('starts on the day after the history', () => {
    assert.equal(result.days[0], '2024-07-19');
    assert.equal(result.days.length, STEPS);
  });

  it('gives no interval before two origins have passed, and one from then on', () => {
    const short = (days: number) =>
      forecastSeries({
        days: testDays(days),
        series: [costOf(days, (day) => 9 + (day % 3))],
        steps: 3,
      });
    assert.equal(short(34).series[0]?.daily[0]?.interval, null);
    assert.equal(short(34).backTest.originsCount, 0);
    assert.equal(short(35).backTest.originsCount, 1);
    assert.notEqual(short(63).series[0]?.daily[0]?.interval, null);
  });
});
