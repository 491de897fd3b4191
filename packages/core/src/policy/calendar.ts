import { InputError } from '../kernel/errors.ts';

/** Days as calendars of this installation name them. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** When the clock on the wall of `timeZone` (IANA, such as America/Sao_Paulo) counts as business hours. */
export interface BusinessHours {
  readonly timeZone: string;
  readonly days: readonly Weekday[];
  /** `HH:MM`, inclusive. */
  readonly from: string;
  /** `HH:MM`, exclusive; `24:00` is the end of the day. */
  readonly to: string;
}

/** A time in which changes need more than usual. All times are those on the wall of `timeZone`. */
export type Freeze = { readonly name: string; readonly timeZone: string } & (
  | {
      readonly recurs: 'never';
      /** `YYYY-MM-DDTHH:MM`, inclusive and exclusive. */
      readonly from: string;
      readonly to: string;
    }
  | {
      readonly recurs: 'yearly';
      /** `MM-DD`, both inclusive; may reach over the end of the year. */
      readonly from: string;
      readonly to: string;
    }
  | {
      readonly recurs: 'monthly';
      /** Day of the month, both inclusive; may reach over the end of the month. */
      readonly from: number;
      readonly to: number;
    }
  | {
      readonly recurs: 'weekly';
      readonly days: readonly Weekday[];
      /** `HH:MM`, inclusive and exclusive. */
      readonly from: string;
      readonly to: string;
    }
);

/** Freezes and business hours of an installation. Without business hours no hour is off. */
export interface Calendar {
  readonly businessHours: BusinessHours | null;
  readonly freezes: readonly Freeze[];
}

/** What the calendar says of a moment. */
export interface CalendarState {
  readonly freezes: readonly string[];
  readonly offHours: boolean;
}

/** Which freezes hold at a moment, and whether it is outside business hours. Pure; throws `InputError` on an unknown time zone. */
export function calendarAt(calendar: Calendar, atMs: number): CalendarState {
  const { businessHours, freezes } = calendar;
  return {
    freezes: freezes.filter((freeze) => isFrozen(freeze, atMs)).map((freeze) => freeze.name),
    offHours: businessHours !== null && !isWithin(businessHours, wallClock(businessHours, atMs)),
  };
}

function isFrozen(freeze: Freeze, atMs: number): boolean {
  const wall = wallClock(freeze, atMs);
  switch (freeze.recurs) {
    case 'never': {
      const moment = `${wall.date}T${wall.time}`;
      return freeze.from <= moment && moment < freeze.to;
    }
    case 'yearly':
      return isBetween(wall.date.slice(5), freeze.from, freeze.to);
    case 'monthly':
      return isBetween(Number(wall.date.slice(8)), freeze.from, freeze.to);
    case 'weekly':
      return isWithin(freeze, wall);
  }
}

/** Inclusive at both ends; where the end comes before the beginning, over the turn of the year or the month. */
function isBetween<Value extends string | number>(value: Value, from: Value, to: Value): boolean {
  return from <= to ? from <= value && value <= to : value >= from || value <= to;
}

function isWithin(
  { days, from, to }: Pick<BusinessHours, 'days' | 'from' | 'to'>,
  { weekday, time }: WallClock,
): boolean {
  return days.includes(weekday) && from <= time && time < to;
}

interface WallClock {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  /** `HH:MM`. */
  readonly time: string;
  readonly weekday: Weekday;
}

function wallClock({ timeZone }: { readonly timeZone: string }, atMs: number): WallClock {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(atMs)
      .map((each) => [each.type, each.value]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
  const weekday = WEEKDAYS.find((day) => day === part('weekday').toLowerCase());
  return {
    date: `${part('year')}-${part('month')}-${part('day')}`,
    time: `${part('hour')}:${part('minute')}`,
    weekday: weekday ?? 'sun',
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      ...{ timeZone, hourCycle: 'h23', weekday: 'short', year: 'numeric' },
      ...{ month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
    } as Intl.DateTimeFormatOptions);
  } catch {
    throw new InputError('TIME_ZONE_UNKNOWN', `"${timeZone.slice(0, 60)}" is no time zone`, {
      remedy: 'write an IANA name such as Europe/Lisbon or America/Sao_Paulo',
    });
  }
}

/** Whether this is a time zone that {@link calendarAt} knows. */
export function isTimeZone(timeZone: string): boolean {
  try {
    formatOf(timeZone);
    return true;
  } catch {
    return false;
  }
}
