import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calendarAt, isTimeZone, type BusinessHours, type Freeze } from './calendar.ts';

const frozen = (freeze: Freeze, at: string) =>
  calendarAt({ businessHours: null, freezes: [freeze] }, Date.parse(at)).freezes.length > 0;
const hours: BusinessHours = {
  timeZone: 'America/Sao_Paulo',
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '09:00',
  to: '18:00',
};
const offHours = (at: string, change: Partial<BusinessHours> = {}) =>
  calendarAt({ businessHours: { ...hours, ...change }, freezes: [] }, Date.parse(at)).offHours;

test('business hours begin and end by the clock on the wall of their zone', () => {
  assert.equal(offHours('2026-03-02T11:59:59Z'), true);
  assert.equal(offHours('2026-03-02T12:00:00Z'), false);
  assert.equal(offHours('2026-03-02T20:59:59Z'), false);
  assert.equal(offHours('2026-03-02T21:00:00Z'), true);
});

test('the weekday is that of the zone, and a day that is not named is off', () => {
  assert.equal(offHours('2026-03-07T15:00:00Z'), true);
  const late = { from: '00:00', to: '24:00', days: ['sun'] } as const;
  assert.equal(offHours('2026-03-09T02:59:59Z', late), false);
  assert.equal(offHours('2026-03-09T03:00:00Z', late), true);
});

test('summer time moves the hour with the wall clock', () => {
  const lisbon = { timeZone: 'Europe/Lisbon' };
  assert.equal(offHours('2026-03-27T08:59:00Z', lisbon), true);
  assert.equal(offHours('2026-03-27T09:00:00Z', lisbon), false);
  assert.equal(offHours('2026-03-30T08:00:00Z', lisbon), false);
});

test('without business hours no hour is off', () => {
  const state = calendarAt(
    { businessHours: null, freezes: [] },
    Date.parse('2026-03-07T03:00:00Z'),
  );
  assert.deepEqual(state, { freezes: [], offHours: false });
});

test('a freeze that comes once holds from its first minute to the one before its last', () => {
  const freeze: Freeze = {
    name: 'launch',
    timeZone: 'Europe/Lisbon',
    recurs: 'never',
    from: '2026-07-01T22:00',
    to: '2026-07-02T06:00',
  };
  assert.equal(frozen(freeze, '2026-07-01T20:59:59Z'), false);
  assert.equal(frozen(freeze, '2026-07-01T21:00:00Z'), true);
  assert.equal(frozen(freeze, '2026-07-02T04:59:59Z'), true);
  assert.equal(frozen(freeze, '2026-07-02T05:00:00Z'), false);
});

test('a yearly freeze reaches over the end of the year, both days included', () => {
  const freeze: Freeze = {
    name: 'year end',
    timeZone: 'UTC',
    recurs: 'yearly',
    from: '12-15',
    to: '01-05',
  };
  const days = ['2026-12-14', '2026-12-15', '2026-12-31', '2027-01-05', '2027-01-06'];
  const held = days.map((day) => frozen(freeze, `${day}T12:00:00Z`));
  assert.deepEqual(held, [false, true, true, true, false]);
});

test('a monthly freeze holds within a month and over its end', () => {
  const over = { name: 'close', timeZone: 'UTC', recurs: 'monthly', from: 30, to: 2 } as const;
  const within = { ...over, from: 5, to: 6 };
  const on = (freeze: Freeze, day: string) => frozen(freeze, `2026-03-${day}T00:00:00Z`);
  assert.deepEqual(
    ['29', '30', '31'].map((day) => on(over, day)),
    [false, true, true],
  );
  assert.deepEqual(
    ['01', '02', '03'].map((day) => on(over, day)),
    [true, true, false],
  );
  assert.deepEqual(
    ['04', '05', '06', '07'].map((day) => on(within, day)),
    [false, true, true, false],
  );
});

test('a weekly freeze holds on its days between its hours', () => {
  const freeze: Freeze = {
    name: 'friday',
    timeZone: 'UTC',
    recurs: 'weekly',
    days: ['fri'],
    from: '15:00',
    to: '24:00',
  };
  assert.equal(frozen(freeze, '2026-03-06T14:59:00Z'), false);
  assert.equal(frozen(freeze, '2026-03-06T15:00:00Z'), true);
  assert.equal(frozen(freeze, '2026-03-06T23:59:59Z'), true);
  assert.equal(frozen(freeze, '2026-03-07T15:00:00Z'), false);
});

test('every freeze that holds is named, and an unknown zone is an error', () => {
  const freeze = { name: 'all', timeZone: 'UTC', recurs: 'monthly', from: 1, to: 31 } as const;
  const calendar = { businessHours: null, freezes: [freeze, { ...freeze, name: 'too' }] };
  assert.deepEqual(calendarAt(calendar, 0).freezes, ['all', 'too']);
  assert.throws(() => frozen({ ...freeze, timeZone: 'Mars/Olympus' }, '2026-03-06T00:00:00Z'), {
    code: 'TIME_ZONE_UNKNOWN',
  });
  assert.equal(isTimeZone('Europe/Lisbon'), true);
  assert.equal(isTimeZone('Mars/Olympus'), false);
});
