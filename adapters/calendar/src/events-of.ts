import ICAL from 'ical.js';
import { InputError } from '@counterfoil/core';
import { scopeOf, type EventScope } from './event-scope.ts';

/** One occurrence of an event. Days are ISO dates in UTC, `toDate` exclusive. */
export interface CalendarEvent extends EventScope {
  readonly summary: string;
  readonly fromDate: string;
  readonly toDate: string;
  readonly categories: readonly string[];
}

/** Which occurrences are wanted: those that touch a day from `fromDate` until before `toDate`. */
export interface CalendarRange {
  readonly fromDate: string;
  readonly toDate: string;
  /** Name of the calendar in errors. */
  readonly source: string;
}

const BYTES_MAX = 5_000_000;
/** Occurrences of one event that are walked through; a rule by the second would never end. */
const OCCURRENCES_MAX = 20_000;
const DAY_MS = 86_400_000;

/**
 * Reads an iCalendar text (RFC 5545): single, all-day and recurring events with their exceptions, in the time zones that the
 * calendar itself defines. Cancelled events are left out. Days are whole days in UTC: an event from 22:00 in New York falls on the
 * next one. `InputError` names the calendar, the event and the remedy; a calendar is read whole or not at all.
 */
export function eventsOf(text: string, range: CalendarRange): readonly CalendarEvent[] {
  const calendar = parsed(text, range.source);
  const zones = new Set<string>();
  for (const zone of calendar.getAllSubcomponents('vtimezone')) {
    const timezone = new ICAL.Timezone(zone);
    zones.add(timezone.tzid);
    ICAL.TimezoneService.register(zone);
  }
  const components = calendar.getAllSubcomponents('vevent');
  const exceptions = components.filter((one) => one.hasProperty('recurrence-id'));
  return components
    .filter((one) => !one.hasProperty('recurrence-id'))
    .flatMap((component) => {
      refuseUnknownZones(component, zones, range.source);
      const uid = component.getFirstPropertyValue('uid');
      const event = new ICAL.Event(component, {
        exceptions: exceptions.filter((one) => one.getFirstPropertyValue('uid') === uid),
      });
      return occurrencesOf(event, range);
    })
    .toSorted((a, b) => (a.fromDate < b.fromDate ? -1 : a.fromDate > b.fromDate ? 1 : 0));
}

function parsed(text: string, source: string): ICAL.Component {
  const fail = (problem: string, cause?: unknown): never => {
    throw new InputError('CALENDAR_MALFORMED', `${source} ${problem}`, {
      cause,
      remedy: 'export the calendar again as iCalendar (.ics), one VCALENDAR a file',
    });
  };
  if (Buffer.byteLength(text) > BYTES_MAX) return fail(`is larger than ${BYTES_MAX} bytes`);
  try {
    const component = new ICAL.Component(ICAL.parse(text) as unknown[]);
    if (component.name === 'vcalendar') return component;
  } catch (cause) {
    return fail('is not an iCalendar file', cause);
  }
  return fail('is not one VCALENDAR');
}

/** A time in a zone that nobody defines could be any time. */
function refuseUnknownZones(
  component: ICAL.Component,
  zones: ReadonlySet<string>,
  source: string,
): void {
  for (const name of ['dtstart', 'dtend', 'recurrence-id', 'exdate', 'rdate']) {
    for (const property of component.getAllProperties(name)) {
      const zone = property.getFirstParameter('tzid');
      if (typeof zone !== 'string' || zones.has(zone)) continue;
      throw new InputError(
        'CALENDAR_ZONE_UNKNOWN',
        `${source}: the event "${nameOf(component)}" is in the time zone ${zone}, which the calendar does not define`,
        { remedy: 'export the calendar with its VTIMEZONE, or write the times in UTC' },
      );
    }
  }
}

function occurrencesOf(event: ICAL.Event, range: CalendarRange): readonly CalendarEvent[] {
  const { component } = event;
  if (!component.hasProperty('dtstart')) {
    throw new InputError(
      'CALENDAR_EVENT_MALFORMED',
      `${range.source}: the event "${nameOf(component)}" has no DTSTART`,
      { remedy: 'give the event a start, or remove it' },
    );
  }
  if (!event.isRecurring()) return described(event, event.startDate, event.endDate, range);
  const found: CalendarEvent[] = [];
  const iterator = event.iterator();
  for (let count = 0; count < OCCURRENCES_MAX; count++) {
    const next = iterator.next() as ICAL.Time | null | undefined;
    if (!next || dateOf(next) >= range.toDate) return found;
    const { item, startDate, endDate } = event.getOccurrenceDetails(next);
    found.push(...described(item, startDate, endDate, range));
  }
  throw new InputError(
    'CALENDAR_EVENT_ENDLESS',
    `${range.source}: the event "${nameOf(component)}" recurs more than ${OCCURRENCES_MAX} times`,
    { remedy: 'let it begin later or recur less often' },
  );
}

// Four parameters: a start and an end belong together, and an occurrence has its own of both.
function described(
  event: ICAL.Event,
  start: ICAL.Time,
  end: ICAL.Time,
  range: CalendarRange,
): readonly CalendarEvent[] {
  const { component } = event;
  if (String(component.getFirstPropertyValue('status')).toUpperCase() === 'CANCELLED') return [];
  const fromDate = dateOf(start);
  const toDate = endOf(start, end);
  if (toDate <= range.fromDate || fromDate >= range.toDate) return [];
  const categories = component
    .getAllProperties('categories')
    .flatMap((property) => property.getValues().map(String));
  return [
    {
      summary: nameOf(component),
      fromDate,
      toDate,
      categories,
      ...scopeOf(component, range.source),
    },
  ];
}

function nameOf(component: ICAL.Component): string {
  return String(component.getFirstPropertyValue('summary') ?? 'without a name').slice(0, 200);
}

/** Day of a time in UTC; a date without a time is that date. */
function dateOf(time: ICAL.Time): string {
  return time.isDate ? time.toString() : isoDate(instantOf(time));
}

/** First day that the event no longer touches. */
function endOf(start: ICAL.Time, end: ICAL.Time): string {
  if (end.isDate) return end.toString() > dateOf(start) ? end.toString() : dayAfter(dateOf(start));
  const last = Math.max(instantOf(start), instantOf(end) - 1);
  return dayAfter(isoDate(last));
}

/** A time without a zone is taken as UTC. */
function instantOf(time: ICAL.Time): number {
  const zoned = time.zone === ICAL.Timezone.localTimezone;
  const utc = zoned ? time : time.convertToZone(ICAL.Timezone.utcTimezone);
  return Date.UTC(utc.year, utc.month - 1, utc.day, utc.hour, utc.minute, utc.second);
}

function dayAfter(date: string): string {
  return isoDate(Date.parse(`${date}T00:00:00Z`) + DAY_MS);
}

function isoDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
