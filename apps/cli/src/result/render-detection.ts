import { formatMoney, visibleText } from '@counterfoil/core';
import type { LakeDetectReply } from '@counterfoil/lake-client';

/** A detection run in words: what was found, and everything that was left unsaid, and why. */
export function renderDetection(reply: LakeDetectReply): string {
  const { signalsCount, signalsAdded, innocentCount } = reply;
  const found =
    signalsCount === 0 ? 'Nothing found' : `${signalsCount} signals, ${signalsAdded} new`;
  return [
    `${found}; ${innocentCount} of them look innocent`,
    ...watchedLines(reply),
    ...reply.suppressed.map(
      ({ feedbackId, element, onsetDate, impactPerDay }) =>
        `Not alerted by ${feedbackId}: ${placeOf(element)} from ${onsetDate}, ${formatMoney(impactPerDay)} a day`,
    ),
    ...reply.restatements.map(
      ({ currency, previousVersion, fromDate, toDate, daysCount, net, gross }) =>
        `Restated since ${previousVersion}: ${daysCount} settled days from ${fromDate} to ${toDate}, net ${formatMoney({ amount: net, currency })}, gross ${formatMoney({ amount: gross, currency })}`,
    ),
    ...(reply.heldBackCount === 0
      ? []
      : [
          `${reply.heldBackCount} small departures are as many as chance makes among ${reply.seriesCount} series, and were not alerted`,
        ]),
  ].join('\n');
}

function watchedLines({
  hourlySeriesCount,
  lastCompleteHour,
  tagKeys,
}: LakeDetectReply): readonly string[] {
  const hourly =
    lastCompleteHour === null
      ? []
      : [`By the hour: ${hourlySeriesCount} series, up to ${lastCompleteHour}`];
  const tags = tagKeys.length === 0 ? [] : [`By tag: ${tagKeys.map(visibleText).join(', ')}`];
  return [...hourly, ...tags];
}

/** Where a change shows, in one line; the whole organisation where it names nothing. */
export function placeOf(element: Readonly<Record<string, string | undefined>>): string {
  const parts = Object.entries(element).flatMap(([dimension, value]) => {
    if (value === undefined) return [];
    return [dimension.startsWith('tag:') ? `${dimension.slice(4)}=${value}` : value];
  });
  return parts.length === 0 ? 'all accounts' : parts.map(visibleText).join(' · ');
}
