import type { DetectedAnomaly } from './anomaly.ts';
import { covers } from './element.ts';
import { LEVELS } from './levels.ts';

/** The level at which an anomaly is stated when several levels show it: where triage thresholds are meant. */
const STATED_DEPTH = LEVELS.account_service.depth;
/** A child explains its parent when it makes up this share of the parent's impact. */
const EXPLAINED_SHARE = 0.5;

/**
 * One anomaly a cause: what shows at several levels of the hierarchy at once is stated once.
 * An account's anomaly gives way to those of its services that explain it; below the service, an
 * anomaly is stated only where the service's own sum stays quiet.
 */
export function mergeLevels(anomalies: readonly DetectedAnomaly[]): DetectedAnomaly[] {
  const ordered = [...anomalies].sort(
    (a, b) => rank(a) - rank(b) || Math.abs(b.impactTotal) - Math.abs(a.impactTotal),
  );
  const kept: DetectedAnomaly[] = [];
  for (const anomaly of ordered) {
    if (!kept.some((other) => sameCause(other, anomaly))) kept.push(anomaly);
  }
  return kept;
}

/** Order of statement: service first, then deeper levels, the account last. */
function rank(anomaly: DetectedAnomaly): number {
  const depth = LEVELS[anomaly.level].depth;
  return depth < STATED_DEPTH ? 9 : depth;
}

function sameCause(kept: DetectedAnomaly, other: DetectedAnomaly): boolean {
  if (kept.direction !== other.direction) return false;
  // An innocent change must not hide one that is not.
  if (kept.innocent && !other.innocent) return false;
  if (kept.onsetIndex > other.lastIndex || other.onsetIndex > kept.lastIndex) return false;
  if (covers(kept.element, other.element)) return true;
  return (
    covers(other.element, kept.element) &&
    Math.abs(kept.impactPerDay) >= EXPLAINED_SHARE * Math.abs(other.impactPerDay)
  );
}
