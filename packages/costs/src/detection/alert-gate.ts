import type { DetectedAnomaly } from './anomaly.ts';
import { discoveryLimit, FALSE_DISCOVERY_RATE, NullTail } from './false-discovery.ts';
import { LEVELS } from './levels.ts';
import type { Excursion } from './online.ts';
import type { SeriesLevel } from './series.ts';

/** A change of one series, and what each of its days weighs. */
interface Weighed {
  readonly anomaly: Pick<DetectedAnomaly, 'level'>;
  readonly evidence: Excursion['evidence'];
}

/**
 * Lets through the changes that hold among all series that are looked at: those that are a discovery on at least one of their days. The
 * null is learnt from the days that belong to no change and from those that opened one, for each level apart.
 */
export class AlertGate {
  readonly #tests: number;
  readonly #rate: number;
  readonly #tails = new Map<SeriesLevel, NullTail>();

  constructor(seriesCount: number, rate = FALSE_DISCOVERY_RATE) {
    this.#tests = seriesCount;
    this.#rate = rate;
  }

  /** Takes in the distance of a series on a day that belongs to no change. */
  quietDay(level: SeriesLevel, distance: number): void {
    this.#tail(level).add(distance);
  }

  /** The changes that are discoveries. Innocent ones are held against the same line: noise needs no explanation. */
  passed<Change extends Weighed>(changes: readonly Change[]): Change[] {
    if (this.#rate >= 1) return [...changes];
    // The day that opened a change would have been one of the null, had nothing happened: left out, the null would look too light.
    for (const { anomaly, evidence } of changes) {
      for (const { distance } of evidence.slice(0, 1)) this.#tail(anomaly.level).add(distance);
    }
    const ofDay = new Map<number, number[]>();
    for (const change of changes) {
      for (const { index, distance } of change.evidence) {
        const pValues = ofDay.get(index) ?? [];
        pValues.push(this.#tail(change.anomaly.level).survival(distance));
        ofDay.set(index, pValues);
      }
    }
    const limits = new Map<number, number>();
    for (const [day, pValues] of ofDay) {
      limits.set(day, discoveryLimit(pValues, this.#tests, this.#rate));
    }
    return changes.filter(({ anomaly, evidence }) =>
      evidence.some(
        ({ index, distance }) =>
          this.#tail(anomaly.level).survival(distance) <= (limits.get(index) ?? 0),
      ),
    );
  }

  #tail(level: SeriesLevel): NullTail {
    let tail = this.#tails.get(level);
    if (!tail) this.#tails.set(level, (tail = new NullTail(LEVELS[level].openSpreads)));
    return tail;
  }
}
