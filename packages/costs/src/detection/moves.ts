import type { DetectedAnomaly } from './anomaly.ts';
import { differingDimension } from './element.ts';

/** Both ends of a move begin within so many days of each other. */
const APART_DAYS_MAX = 1;
/** What arrives is at least this share of what left, and the reverse. */
const SAME_SIZE_MIN = 0.75;

/**
 * Marks the two ends of a move, of a workload between accounts, regions or teams: what one lost, another gained
 * at the same time. The net change is nothing, the gross movement is told in the note.
 */
export function withMoves(anomalies: readonly DetectedAnomaly[]): readonly DetectedAnomaly[] {
  const ends = new Map<DetectedAnomaly, DetectedAnomaly>();
  const drops = anomalies.filter((one) => one.direction === 'decrease' && !one.innocent);
  for (const rise of anomalies) {
    if (rise.direction === 'decrease' || rise.innocent) continue;
    const drop = drops.find((other) => !ends.has(other) && isMove(rise, other));
    if (!drop) continue;
    ends.set(rise, drop);
    ends.set(drop, rise);
  }
  return anomalies.map((one) => {
    const other = ends.get(one);
    return other ? { ...one, innocent: { reason: 'move', note: noteOf(one, other) } } : one;
  });
}

function isMove(rise: DetectedAnomaly, drop: DetectedAnomaly): boolean {
  if (Math.abs(rise.onsetIndex - drop.onsetIndex) > APART_DAYS_MAX) return false;
  const [gained, lost] = [Math.abs(rise.impactPerDay), Math.abs(drop.impactPerDay)];
  if (Math.min(gained, lost) < SAME_SIZE_MIN * Math.max(gained, lost)) return false;
  const dimension = differingDimension(rise.element, drop.element);
  // One service that falls while another rises is two events; the same service elsewhere is a move.
  return dimension !== undefined && dimension !== 'serviceName';
}

function noteOf(one: DetectedAnomaly, other: DetectedAnomaly): string {
  const dimension = differingDimension(one.element, other.element);
  const place = dimension === undefined ? '' : (other.element[dimension] ?? '');
  const way = one.direction === 'increase' ? 'from' : 'to';
  const net = one.impactPerDay + other.impactPerDay;
  return `moved ${way} ${dimension} ${place}: ${Math.abs(one.impactPerDay).toFixed(2)} a day here against ${Math.abs(other.impactPerDay).toFixed(2)} there, net ${net.toFixed(2)}`;
}
