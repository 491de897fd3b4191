import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventsOf } from './events-of.ts';

const RANGE = { fromDate: '2026-01-01', toDate: '2027-01-01', source: 'plans.ics' };
const NEW_YORK = [
  'BEGIN:VTIMEZONE',
  'TZID:America/New_York',
  'BEGIN:STANDARD',
  'DTSTART:20071104T020000',
  'RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU',
  'TZOFFSETFROM:-0400',
  'TZOFFSETTO:-0500',
  'END:STANDARD',
  'BEGIN:DAYLIGHT',
  'DTSTART:20070311T020000',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU',
  'TZOFFSETFROM:-0500',
  'TZOFFSETTO:-0400',
  'END:DAYLIGHT',
  'END:VTIMEZONE',
];

function calendar(events: readonly (readonly string[])[], zones: readonly string[] = []): string {
  const body = events.flatMap((lines, at) => [
    'BEGIN:VEVENT',
    ...(lines.some((line) => line.startsWith('UID')) ? [] : [`UID:${at}`]),
    ...lines,
    'END:VEVENT',
  ]);
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:x',
    ...zones,
    ...body,
    'END:VCALENDAR',
    '',
  ].join('\r\n');
}

const daysOf = (text: string, range: Partial<typeof RANGE> = {}) =>
  eventsOf(text, { ...RANGE, ...range }).map(({ fromDate, toDate }) => [fromDate, toDate]);

describe('events of a calendar', () => {
  it('takes an all-day event by its dates, the end being exclusive', () => {
    const text = calendar([
      ['SUMMARY:Launch', 'DTSTART;VALUE=DATE:20260301', 'DTEND;VALUE=DATE:20260304'],
      ['SUMMARY:One day', 'DTSTART;VALUE=DATE:20260310'],
    ]);
    assert.deepEqual(daysOf(text), [
      ['2026-03-01', '2026-03-04'],
      ['2026-03-10', '2026-03-11'],
    ]);
  });

  it('turns times into days of UTC by the calendar own time zone, summer time included', () => {
    const text = calendar(
      [
        [
          'SUMMARY:late',
          'DTSTART;TZID=America/New_York:20260701T193000',
          'DTEND;TZID=America/New_York:20260701T200000',
        ],
        [
          'SUMMARY:later',
          'DTSTART;TZID=America/New_York:20260701T200000',
          'DTEND;TZID=America/New_York:20260701T210000',
        ],
        [
          'SUMMARY:winter',
          'DTSTART;TZID=America/New_York:20260115T183000',
          'DTEND;TZID=America/New_York:20260115T190000',
        ],
      ],
      NEW_YORK,
    );
    // 19:30 is 23:30 UTC in summer; 20:00 is midnight, so the day after; 18:30 is 23:30 UTC in winter.
    assert.deepEqual(daysOf(text), [
      ['2026-01-15', '2026-01-16'],
      ['2026-07-01', '2026-07-02'],
      ['2026-07-02', '2026-07-03'],
    ]);
  });

  it('expands a recurring event, leaves out its exceptions and moves what was moved', () => {
    const text = calendar([
      [
        'UID:batch',
        'SUMMARY:Batch',
        'DTSTART;VALUE=DATE:20260131',
        'DTEND;VALUE=DATE:20260201',
        'RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=5',
        'EXDATE;VALUE=DATE:20260228',
      ],
      [
        'UID:batch',
        'SUMMARY:Batch',
        'RECURRENCE-ID;VALUE=DATE:20260331',
        'DTSTART;VALUE=DATE:20260402',
        'DTEND;VALUE=DATE:20260403',
      ],
      [
        'UID:batch',
        'SUMMARY:Batch',
        'STATUS:CANCELLED',
        'RECURRENCE-ID;VALUE=DATE:20260430',
        'DTSTART;VALUE=DATE:20260430',
      ],
    ]);
    assert.deepEqual(daysOf(text), [
      ['2026-01-31', '2026-02-01'],
      ['2026-04-02', '2026-04-03'],
      ['2026-05-31', '2026-06-01'],
    ]);
  });

  it('gives what touches the range only, also of a rule without an end', () => {
    const text = calendar([['SUMMARY:weekly', 'DTSTART:20200101T100000Z', 'RRULE:FREQ=WEEKLY']]);
    const range = { fromDate: '2026-01-07', toDate: '2026-01-15' };
    assert.deepEqual(daysOf(text, range), [
      ['2026-01-07', '2026-01-08'],
      ['2026-01-14', '2026-01-15'],
    ]);
    const endless = calendar([['SUMMARY:x', 'DTSTART:20200101T100000Z', 'RRULE:FREQ=SECONDLY']]);
    assert.throws(() => daysOf(endless), { code: 'CALENDAR_EVENT_ENDLESS' });
  });

  it('reads accounts, services and tags from the description, and the categories', () => {
    const [event] = eventsOf(
      calendar([
        [
          'SUMMARY:Sale',
          'CATEGORIES:planned,retail',
          'DTSTART;VALUE=DATE:20260301',
          'DESCRIPTION:For the shop.\\naccount: 111122223333\\nService: Amazon EC2\\ntag: team = core\\nask Ana: she knows',
        ],
      ]),
      RANGE,
    );
    assert.deepEqual(event?.subAccountIds, ['111122223333']);
    assert.deepEqual(event?.serviceNames, ['Amazon EC2']);
    assert.deepEqual(event?.tags, { team: 'core' });
    assert.deepEqual(event?.categories, ['planned', 'retail']);
  });

  it('leaves out a cancelled event', () => {
    const text = calendar([['SUMMARY:x', 'STATUS:CANCELLED', 'DTSTART;VALUE=DATE:20260301']]);
    assert.deepEqual(daysOf(text), []);
  });

  for (const [name, text, code] of [
    ['text that is no calendar', 'hello', 'CALENDAR_MALFORMED'],
    ['a contact', 'BEGIN:VCARD\r\nEND:VCARD\r\n', 'CALENDAR_MALFORMED'],
    ['an event without a start', calendar([['SUMMARY:x']]), 'CALENDAR_EVENT_MALFORMED'],
    [
      'a time zone that nobody defines',
      calendar([['SUMMARY:x', 'DTSTART;TZID=Mars/Olympus:20260301T100000']]),
      'CALENDAR_ZONE_UNKNOWN',
    ],
    [
      'a tag without a value',
      calendar([['DTSTART;VALUE=DATE:20260301', 'DESCRIPTION:tag: team']]),
      'CALENDAR_SCOPE_MALFORMED',
    ],
    [
      'an account that is none',
      calendar([['DTSTART;VALUE=DATE:20260301', 'DESCRIPTION:account: the big one']]),
      'CALENDAR_SCOPE_MALFORMED',
    ],
  ] as const) {
    it(`refuses ${name}, naming the calendar`, () => {
      assert.throws(() => eventsOf(text, RANGE), { class: 'input', code, message: /plans\.ics/ });
    });
  }
});
