import { readFileSync } from 'node:fs';
import type { PlannedActivity } from '@counterfoil/costs';
import type { LakeSettings } from '@counterfoil/config';
import { eventsOf, type CalendarEvent } from '@counterfoil/calendar';
import { InputError } from '@counterfoil/core';
import { elementsOf } from './planned-activities.ts';

export type CalendarSettings = NonNullable<LakeSettings['plannedCalendars']>[number];

/** Events so far back can still explain a change that is looked at; so far ahead is of use to a person who asks. */
const DAYS_BACK = 500;
const DAYS_AHEAD = 400;
const DAY_MS = 86_400_000;

/**
 * The activities that calendar files announce around now. Files are read each time, so that an edit counts from the next run on. An event
 * that names accounts, services or tags covers those of them that its calendar covers; `InputError` names the file and what is wrong.
 */
export function calendarActivities(
  calendars: readonly CalendarSettings[],
  nowMs: number,
): readonly PlannedActivity[] {
  const dateIn = (days: number) => new Date(nowMs + days * DAY_MS).toISOString().slice(0, 10);
  const range = { fromDate: dateIn(-DAYS_BACK), toDate: dateIn(DAYS_AHEAD) };
  return calendars.flatMap((calendar) =>
    eventsOf(textOf(calendar.file), { ...range, source: calendar.file })
      .filter(
        ({ categories }) =>
          calendar.category === undefined || categories.includes(calendar.category),
      )
      .flatMap((event) => activitiesOf(event, calendar)),
  );
}

function activitiesOf(event: CalendarEvent, calendar: CalendarSettings): PlannedActivity[] {
  const { summary, fromDate, toDate } = event;
  const within = (named: readonly string[], allowed: readonly string[]) =>
    named.length === 0
      ? allowed
      : named.filter((one) => allowed.length === 0 || allowed.includes(one));
  const subAccountIds = within(event.subAccountIds, calendar.subAccountIds);
  const serviceNames = within(event.serviceNames, calendar.serviceNames);
  const isOutside =
    (event.subAccountIds.length > 0 && subAccountIds.length === 0) ||
    (event.serviceNames.length > 0 && serviceNames.length === 0);
  if (isOutside) return [];
  return elementsOf({ subAccountIds, serviceNames, tags: event.tags }).map((element) => ({
    name: summary,
    element,
    fromDate,
    toDate,
  }));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new InputError('CALENDAR_UNREADABLE', `the calendar ${file} cannot be read`, {
      cause,
      remedy: 'correct `plannedCalendars` in the configuration, or put the file back',
    });
  }
}
