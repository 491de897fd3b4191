import { agree, covers } from '../detection/element.ts';
import type { DetectedAnomaly } from '../detection/index.ts';

/** Part of a wider change that innocent changes within it must make up to explain it. */
const EXPLAINED_SHARE_MIN = 0.8;

/**
 * Leaves out a change that is only the sum of innocent ones within it: an announced launch in one service also moves its account, and is
 * still one event.
 */
export function withoutExplained(
  anomalies: readonly DetectedAnomaly[],
): readonly DetectedAnomaly[] {
  const innocent = anomalies.filter((anomaly) => anomaly.innocent !== undefined);
  return anomalies.filter((anomaly) => {
    if (anomaly.innocent !== undefined) return true;
    const within = innocent.filter((candidate) => isWithin(candidate, anomaly));
    const explained = within.reduce((sum, { impactTotal }) => sum + impactTotal, 0);
    return Math.abs(explained) < EXPLAINED_SHARE_MIN * Math.abs(anomaly.impactTotal);
  });
}

function isWithin(part: DetectedAnomaly, whole: DetectedAnomaly): boolean {
  return (
    part.direction === whole.direction &&
    // A credit changes what is paid, not what is used, so it explains no change of usage.
    part.innocent?.reason !== 'credit_change' &&
    (covers(whole.element, part.element) || isAnnouncedTag(part, whole)) &&
    part.onsetIndex <= whole.lastIndex &&
    whole.onsetIndex <= part.lastIndex
  );
}

/** No account names the tags of its charges: what is announced for a tag may be any part of an account's change. */
function isAnnouncedTag(part: DetectedAnomaly, whole: DetectedAnomaly): boolean {
  return (
    part.innocent?.reason === 'planned_activity' &&
    (part.level === 'tag' || part.level === 'tag_service') &&
    agree(whole.element, part.element)
  );
}
