import { medianOf } from '../detection/robust.ts';

/** Days on either side that a day is compared with. */
const NEAR_DAYS = 7;
/** A spike stands out by so many robust spreads of the days around it, */
const SPREADS_MIN = 6;
/** and by this share of their median. */
const SHARE_MIN = 0.5;
/** A series in which more than this share of days spike is one that spikes: nothing is cut. */
const SPIKING_SHARE_MAX = 0.04;

/**
 * Cuts isolated spikes down to the median of the days around them, in place (Hampel's identifier: Davies & Gather 1993, J. Am. Stat.
 * Assoc. 88). The newest days are left alone, since they may be the start of a new level.
 */
export function cutSpikes(level: Float64Array): void {
  const near = new Float64Array(2 * NEAR_DAYS + 1);
  const cuts: (readonly [number, number])[] = [];
  for (let day = NEAR_DAYS; day < level.length - NEAR_DAYS; day++) {
    near.set(level.subarray(day - NEAR_DAYS, day + NEAR_DAYS + 1));
    const middle = medianOf(near, near.length);
    for (let at = 0; at < near.length; at++) near[at] = Math.abs((near[at] as number) - middle);
    const spread = 1.4826 * medianOf(near, near.length);
    const apart = Math.abs((level[day] as number) - middle);
    if (apart > SPREADS_MIN * spread && apart > SHARE_MIN * Math.abs(middle)) {
      cuts.push([day, middle]);
    }
  }
  if (cuts.length > SPIKING_SHARE_MAX * level.length) return;
  for (const [day, middle] of cuts) level[day] = middle;
}
