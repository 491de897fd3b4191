import type { DetectedAnomaly } from './anomaly.ts';
import { breadthOf } from './breadth.ts';
import { agree, covers } from './element.ts';
import { LEVELS } from './levels.ts';
import type { DailySeries } from './series.ts';

/** What lies below explains a wide change when it makes up this share of it. */
const EXPLAINED_SHARE = 0.5;
/** An account that moved so many times as much as all others has a cause of its own. */
const OWN_CAUSE_TIMES = 2;
/** So many shared changes within a wider one are one change of that. */
const JOINT_MEMBERS_MIN = 2;
/** Changes of one cause begin within so many days of each other. */
const APART_DAYS_MAX = 3;

/** Changes by where they were found; each list is already one anomaly a cause. */
interface Found {
  readonly narrow: readonly DetectedAnomaly[];
  readonly wide: readonly DetectedAnomaly[];
  readonly prices: readonly DetectedAnomaly[];
}

/**
 * States changes across accounts once. A change that most accounts share is one anomaly of the level that explains it, and its
 * accounts' own anomalies merge into it. A wide change that a few accounts make up gives way to theirs. A wide change that shows
 * nowhere below (many small rises under one tag) stands.
 */
export function mergeWide(found: Found, series: readonly DailySeries[]): DetectedAnomaly[] {
  let stated: DetectedAnomaly[] = [...found.prices];
  let narrow = withoutMembers(found.narrow, stated);
  const ordered = found.wide.toSorted(
    (a, b) =>
      LEVELS[b.level].depth - LEVELS[a.level].depth ||
      Math.abs(b.impactTotal) - Math.abs(a.impactTotal),
  );
  for (const candidate of ordered) {
    const members = membersOf(candidate, stated);
    const isJoint = members.length >= JOINT_MEMBERS_MIN;
    if (!isJoint && stated.some((other) => sameCause(other, candidate))) continue;
    const { isShared, accountsMoved } = breadthOf(candidate, {
      series,
      below: [...narrow.filter((one) => sameTime(candidate, one)), ...members],
    });
    if (isShared) {
      const shared = { ...candidate, accountsMoved };
      stated = [...stated.filter((one) => !members.includes(one)), shared];
      narrow = withoutMembers(narrow, [shared]);
    } else if (
      !isJoint &&
      (isAnnounced(candidate) || !isExplained(candidate, [...narrow, ...stated]))
    ) {
      stated.push(candidate);
    }
  }
  return [...narrow, ...stated];
}

/** What is announced for a tag explains the accounts' own changes, not the reverse. */
function isAnnounced({ innocent, element }: DetectedAnomaly): boolean {
  const isTagged = Object.keys(element).some((dimension) => dimension.startsWith('tag:'));
  return innocent?.reason === 'planned_activity' && isTagged;
}

/** Shared changes within a wider one; several of them at once are that one. A new price is its own cause. */
function membersOf(
  candidate: DetectedAnomaly,
  stated: readonly DetectedAnomaly[],
): readonly DetectedAnomaly[] {
  return stated.filter(
    (one) =>
      one.accountsMoved !== undefined &&
      one.driver !== 'price' &&
      sameTime(one, candidate) &&
      covers(candidate.element, one.element),
  );
}

/** Leaves out the changes of single accounts that a shared change explains. */
function withoutMembers(
  narrow: readonly DetectedAnomaly[],
  shared: readonly DetectedAnomaly[],
): readonly DetectedAnomaly[] {
  return narrow.filter(
    (one) => !shared.some((change) => sameTime(change, one) && isMember(change, one)),
  );
}

function isMember(change: DetectedAnomaly, one: DetectedAnomaly): boolean {
  if (!agree(change.element, one.element)) return false;
  if (change.innocent && !one.innocent) return false;
  // A reading below the shared level is as exact as it; one above it may hold more than the shared change.
  const limit = OWN_CAUSE_TIMES * Math.abs(change.impactPercent ?? Number.POSITIVE_INFINITY);
  return one.impactPercent !== null && Math.abs(one.impactPercent) <= limit;
}

function sameCause(stated: DetectedAnomaly, other: DetectedAnomaly): boolean {
  if (!sameTime(stated, other)) return false;
  if (covers(stated.element, other.element)) return true;
  return (
    agree(stated.element, other.element) &&
    Math.abs(stated.impactPerDay) >= EXPLAINED_SHARE * Math.abs(other.impactPerDay)
  );
}

/** Do the changes already stated that may be part of this one make up most of it? */
function isExplained(change: DetectedAnomaly, below: readonly DetectedAnomaly[]): boolean {
  const sum = below
    .filter((one) => overlaps(change, one) && agree(change.element, one.element))
    .reduce((total, one) => total + one.impactPerDay, 0);
  return Math.abs(sum) >= EXPLAINED_SHARE * Math.abs(change.impactPerDay);
}

/** Do both begin at the same time, in the same direction? */
function sameTime(one: DetectedAnomaly, other: DetectedAnomaly): boolean {
  return overlaps(one, other) && Math.abs(one.onsetIndex - other.onsetIndex) <= APART_DAYS_MAX;
}

function overlaps(one: DetectedAnomaly, other: DetectedAnomaly): boolean {
  return (
    one.direction === other.direction &&
    one.onsetIndex <= other.lastIndex &&
    other.onsetIndex <= one.lastIndex
  );
}
