import type { DetectedAnomaly, Innocence } from './anomaly.ts';
import type { SeriesMonitor } from './monitor.ts';
import type { Excursion } from './online.ts';
import type { DailySeries } from './series.ts';

/** States an excursion of a series in figures. */
export function describe(
  series: DailySeries,
  monitor: Pick<SeriesMonitor, 'errorBand'>,
  excursion: Excursion,
  innocent: Innocence | undefined,
): DetectedAnomaly {
  const { onsetIndex, lastIndex } = excursion;
  const days = lastIndex - onsetIndex + 1;
  let actual = 0;
  let expected = 0;
  for (let t = onsetIndex; t <= lastIndex; t++) {
    actual += series.cost[t] as number;
    expected += excursion.expected.get(t) ?? 0;
  }
  const impact = actual - expected;
  const band = monitor.errorBand(onsetIndex, days);
  return {
    element: series.element,
    level: series.level,
    direction: excursion.direction,
    onsetIndex,
    lastIndex,
    expectedPerDay: expected / days,
    actualPerDay: actual / days,
    impactPerDay: impact / days,
    impactTotal: impact,
    impactPerDayInterval: intervalOf(actual / days, expected / days, band),
    impactPercent: expected > 0 ? (100 * impact) / expected : null,
    score: scoreOf(excursion.peak, days),
    driver: 'unknown',
    ...(innocent ? { innocent } : {}),
  };
}

/** The actual is known; what is uncertain is the expectation that it is held against. */
function intervalOf(
  actual: number,
  expected: number,
  band: { readonly low: number; readonly high: number },
): DetectedAnomaly['impactPerDayInterval'] {
  const size = Math.abs(expected);
  return { low: actual - expected - band.high * size, high: actual - expected - band.low * size };
}

/** Distances beyond five spreads are near certain; longer runs add to it. */
function scoreOf(peak: number, days: number): number {
  return 1 - Math.exp(-(peak * Math.sqrt(Math.min(days, 7))) / 5);
}
