import type { DetectedAnomaly } from './anomaly.ts';
import { meanOf } from './robust.ts';
import type { DailySeries } from './series.ts';
import type { Excursion } from './online.ts';

/** Change of quantity, relative, below which usage counts as unchanged. */
const QUANTITY_FLAT = 0.1;
const BASELINE_DAYS = 14;

/**
 * What moved a cost: quantity at an unchanged price, or the price of unchanged usage (an expired
 * commitment shows as price). Compares the excursion with the two weeks before it.
 */
export function driverOf(series: DailySeries, excursion: Excursion): DetectedAnomaly['driver'] {
  const { quantity } = series;
  if (!quantity) return 'unknown';
  const from = Math.max(0, excursion.onsetIndex - BASELINE_DAYS);
  const before = meanOf(quantity, from, excursion.onsetIndex - 1);
  const during = meanOf(quantity, excursion.onsetIndex, excursion.lastIndex);
  const costBefore = meanOf(series.cost, from, excursion.onsetIndex - 1);
  const costDuring = meanOf(series.cost, excursion.onsetIndex, excursion.lastIndex);
  if (before <= 0 || during <= 0 || costBefore <= 0) return 'quantity';
  const quantityChange = during / before - 1;
  const priceChange = costDuring / during / (costBefore / before) - 1;
  if (Math.abs(quantityChange) < QUANTITY_FLAT) return 'price';
  return Math.abs(priceChange) < QUANTITY_FLAT ? 'quantity' : 'both';
}
