import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { JsonObject, Signal } from '@counterfoil/core';
import { openLakeAdmin, type LakeAdmin, type LakeDetectReply } from '@counterfoil/lake-client';
import { runLake, type RunLakeOptions } from '../run-lake.ts';

const DAY_MS = 86_400_000;
const FIRST = Date.UTC(2026, 0, 1);
const TOKEN = 'a token of more than twenty characters';
const HEADER =
  'BilledCost,EffectiveCost,BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ServiceName,ProviderName,SubAccountId,RegionId,ResourceId,x_UsageType';

const dateOf = (day: number) => new Date(FIRST + day * DAY_MS).toISOString().slice(0, 10);

/** A bill of one account: 100 a day, and what is added on some days. */
function bill(days: number, added: (day: number) => number): string {
  const rows = Array.from({ length: days }, (_, day) => {
    const date = dateOf(day);
    const [year = '', month = ''] = date.split('-');
    const next = new Date(Date.UTC(Number(year), Number(month), 1)).toISOString();
    const cost = (100 + added(day) + ((day * 7) % 5) / 10).toFixed(2);
    const period = `${year}-${month}-01T00:00:00Z,${next}`;
    return `${cost},${cost},999,USD,${period},Usage,${date}T00:00:00Z,${dateOf(day + 1)}T00:00:00Z,Compute,AWS,111,eu-west-1,i-1,BoxUsage`;
  });
  return `${HEADER}\n${rows.join('\n')}\n`;
}

/** A lake whose signals are kept in memory, at a clock that the test moves. */
async function startLake(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'feedback-runs-'));
  const signals = new Map<string, Signal>();
  const clock = { at: FIRST + 60 * DAY_MS, nowMs: () => clock.at };
  const store: RunLakeOptions['store'] = {
    cases: { load: async () => null },
    signals: {
      read: async (signalId) => signals.get(signalId) ?? null,
      write: async (batch) => {
        for (const signal of batch) signals.set(signal.signalId, signal);
        return { added: batch.length, known: 0 };
      },
      recordIngest: async () => undefined,
      ingests: async () => ({ items: [], next: null }),
    },
  };
  const settings = {
    socket: join(directory, 'lake.sock'),
    token: TOKEN,
    caseToken: 'another token of more than twenty characters',
    lakeDirectory: join(directory, 'lake'),
    memoryLimitMb: 400,
    plannedActivities: [],
    plannedCalendars: [
      { file: join(directory, 'plans.ics'), subAccountIds: ['111'], serviceNames: [] },
    ],
  };
  writeFileSync(join(directory, 'plans.ics'), calendarOf([]));
  const logger = { info: () => {}, warn: () => {}, error: () => {} };
  const start = () => runLake({ settings, store, clock, logger });
  let lake = await start();
  t.after(async () => {
    await lake.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  const admin: LakeAdmin = openLakeAdmin({ socket: settings.socket, token: TOKEN });
  return {
    admin,
    announce: (lines: readonly string[]) =>
      writeFileSync(join(directory, 'plans.ics'), calendarOf(lines)),
    restart: async () => {
      await lake.stop();
      lake = await start();
    },
    /** Ingests a bill as the whole lake, detects, and gives the report with this run's signals. */
    run: async (text: string): Promise<{ report: LakeDetectReply; signals: readonly Signal[] }> => {
      signals.clear();
      const path = join(directory, 'bill.csv');
      writeFileSync(path, text);
      clock.at += DAY_MS;
      await admin.ingest({ paths: [path], mode: 'full' });
      return { report: await admin.detect(), signals: [...signals.values()] };
    },
    feedback: (signal: Signal | undefined, more: JsonObject) =>
      admin.ask('feedback', { subject: signal?.signalId ?? '', by: 'ana', ...more }),
  };
}

function calendarOf(event: readonly string[]): string {
  const lines = event.length === 0 ? [] : ['BEGIN:VEVENT', 'UID:1', ...event, 'END:VEVENT'];
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n');
}

const alerted = (signals: readonly Signal[]) =>
  signals
    .filter(({ innocent }) => innocent === undefined)
    .map(({ anomaly }) => [anomaly.onsetDate, anomaly.direction]);
const spikeOn =
  (from: number, size: number, days = 3) =>
  (day: number) =>
    day >= from && day < from + days ? size : 0;

describe('feedback changes the next run', () => {
  it('not-anomaly: its like is not alerted and the report says by whom; larger ones and a withdrawal bring the alert back', async (t) => {
    const lake = await startLake(t);
    const first = await lake.run(bill(60, spikeOn(50, 400)));
    assert.deepEqual(alerted(first.signals), [[dateOf(50), 'increase']]);
    const given = await lake.feedback(first.signals[0], {
      verdict: 'not-anomaly',
      note: 'load test',
    });
    const same = await lake.run(bill(61, spikeOn(50, 400)));
    assert.deepEqual(same.signals, []);
    assert.deepEqual(
      same.report.suppressed.map(({ feedbackId, onsetDate }) => [feedbackId, onsetDate]),
      [[given.feedbackId, dateOf(50)]],
    );
    await lake.restart();
    const smaller = await lake.run(bill(75, spikeOn(70, 300)));
    assert.equal(smaller.report.suppressed.length, 1);
    const larger = await lake.run(bill(76, spikeOn(70, 700)));
    assert.deepEqual(alerted(larger.signals), [[dateOf(70), 'increase']]);
    await lake.admin.ask('feedback/withdraw', {
      feedbackId: String(given.feedbackId),
      by: 'bo',
    });
    const after = await lake.run(bill(77, spikeOn(70, 300)));
    assert.deepEqual(alerted(after.signals), [[dateOf(70), 'increase']]);
    const [listed] = (await lake.admin.ask('feedback/list', {})).feedback as JsonObject[];
    assert.equal((listed?.withdrawn as JsonObject).by, 'bo');
    assert.equal(listed?.by, 'ana');
  });

  it('not-anomaly: holds no longer than it says', async (t) => {
    const lake = await startLake(t);
    const first = await lake.run(bill(60, spikeOn(50, 400)));
    await lake.feedback(first.signals[0], { verdict: 'not-anomaly', until: dateOf(69) });
    const late = await lake.run(bill(80, spikeOn(70, 400)));
    assert.deepEqual(alerted(late.signals), [[dateOf(70), 'increase']]);
    const within = await lake.run(bill(80, spikeOn(69, 400)));
    assert.deepEqual(alerted(within.signals), []);
  });

  it('planned: the change becomes planned activity and its level the level, so that a further rise is told against it', async (t) => {
    const lake = await startLake(t);
    const launch = (day: number) => (day >= 50 ? 400 : 0);
    const first = await lake.run(bill(60, launch));
    assert.deepEqual(alerted(first.signals), [[dateOf(50), 'increase']]);
    await lake.feedback(first.signals[0], { verdict: 'planned', until: dateOf(56) });
    const second = await lake.run(bill(75, (day) => launch(day) + (day >= 72 ? 600 : 0)));
    assert.deepEqual(alerted(second.signals), [[dateOf(72), 'increase']]);
    const [rise] = second.signals.filter(({ innocent }) => innocent === undefined);
    assert.equal(Math.round(Number(rise?.anomaly.expectedPerDay.amount) / 10), 50);
    const launched = second.signals.find(({ innocent }) => innocent !== undefined);
    assert.equal(launched?.innocent?.reason, 'planned_activity');
    assert.match(launched?.innocent?.note ?? '', /feedback_[0-9a-f]+ by ana/);
    const listed = (await lake.admin.ask('planned', {})).planned as JsonObject[];
    assert.deepEqual([listed[0]?.fromDate, listed[0]?.toDate], [dateOf(50), dateOf(57)]);
  });

  it('anomaly: its days stay out of what is usual, however long they last', async (t) => {
    const lake = await startLake(t);
    // Without feedback a level of forty-five days is the level, and the return to the old one a drop.
    const leak = (day: number) => (day >= 40 && day < 95 ? 400 : 0);
    const first = await lake.run(bill(60, leak));
    assert.equal(first.signals.length, 1);
    const before = await lake.run(bill(98, leak));
    assert.ok(alerted(before.signals).some(([, direction]) => direction === 'decrease'));
    await lake.run(bill(60, leak));
    await lake.feedback(first.signals[0], { verdict: 'anomaly', until: dateOf(94) });
    const { signals } = await lake.run(bill(99, leak));
    assert.deepEqual(alerted(signals), [[dateOf(40), 'increase']]);
    assert.equal(signals[0]?.anomaly.lastDate, dateOf(94));
  });

  it('is refused where it is about nothing, ends before the change, or is no verdict', async (t) => {
    const lake = await startLake(t);
    const { signals } = await lake.run(bill(60, spikeOn(50, 400)));
    const refused = (more: JsonObject) => lake.feedback(signals[0], more);
    await assert.rejects(lake.feedback(undefined, { subject: 'case_9', verdict: 'planned' }), {
      code: 'SUBJECT_UNKNOWN',
    });
    await assert.rejects(refused({ verdict: 'maybe' }), { code: 'FEEDBACK_MALFORMED' });
    for (const until of ['2026-13-01', '2026-02-30']) {
      await assert.rejects(refused({ verdict: 'planned', until }), { code: 'FEEDBACK_MALFORMED' });
    }
    await assert.rejects(refused({ verdict: 'planned', until: dateOf(49) }), {
      code: 'UNTIL_TOO_EARLY',
    });
    await assert.rejects(refused({ verdict: 'planned', until: dateOf(51), colour: 'red' }), {
      code: 'FEEDBACK_MALFORMED',
    });
  });
});

describe('a calendar file changes the next run', () => {
  it('covers what it announces, and fails visibly when it is damaged', async (t) => {
    const lake = await startLake(t);
    const text = bill(60, spikeOn(50, 400));
    assert.equal(alerted((await lake.run(text)).signals).length, 1);
    const start = dateOf(50).replaceAll('-', '');
    lake.announce(['SUMMARY:Load test', `DTSTART;VALUE=DATE:${start}`]);
    const covered = await lake.run(text);
    assert.match(covered.signals[0]?.innocent?.note ?? '', /Load test/);
    lake.announce(['SUMMARY:Elsewhere', `DTSTART;VALUE=DATE:${start}`, 'DESCRIPTION:account: 222']);
    assert.equal(alerted((await lake.run(text)).signals).length, 1);
    lake.announce(['SUMMARY:broken']);
    await assert.rejects(lake.run(text), { code: 'CALENDAR_EVENT_MALFORMED' });
  });
});
