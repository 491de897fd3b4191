import type { DetectedAnomaly } from './anomaly.ts';
import { covers } from './element.ts';
import { meanOf } from './robust.ts';
import type { DailySeries } from './series.ts';

/** Change of quantity or price, relative, below which it counts as unchanged. */
const FLAT_SHARE = 0.1;
const BASELINE_DAYS = 14;

/** Days of a change, and the fortnight before it. */
interface Span {
  readonly onsetIndex: number;
  readonly lastIndex: number;
}

/**
 * What moved an anomaly's cost: the quantity used at an unchanged unit price, or the price of
 * unchanged usage (an expired commitment shows as price). Judged on the series with a quantity
 * within the anomaly's element whose cost moved most: quantities of different units never add up.
 */
export function driverOf(
  anomaly: DetectedAnomaly,
  series: readonly DailySeries[],
): DetectedAnomaly['driver'] {
  let largest = 0;
  let driver: DetectedAnomaly['driver'] = 'unknown';
  for (const one of series) {
    if (!one.quantity || !covers(anomaly.element, one.element)) continue;
    const { before, during } = meansOf(one.cost, anomaly);
    const change = Math.abs(during - before);
    if (change <= largest) continue;
    largest = change;
    driver = compare({ before, during }, meansOf(one.quantity, anomaly));
  }
  return driver;
}

interface Means {
  readonly before: number;
  readonly during: number;
}

function meansOf(values: Float64Array, span: Span): Means {
  const from = Math.max(0, span.onsetIndex - BASELINE_DAYS);
  return {
    before: meanOf(values, from, span.onsetIndex - 1),
    during: meanOf(values, span.onsetIndex, span.lastIndex),
  };
}

function compare(cost: Means, quantity: Means): DetectedAnomaly['driver'] {
  if (quantity.before <= 0 || quantity.during <= 0 || cost.before <= 0) return 'quantity';
  const quantityChange = quantity.during / quantity.before - 1;
  const priceChange = cost.during / quantity.during / (cost.before / quantity.before) - 1;
  if (Math.abs(quantityChange) < FLAT_SHARE) return 'price';
  return Math.abs(priceChange) < FLAT_SHARE ? 'quantity' : 'both';
}
