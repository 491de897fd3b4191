import assert from 'node:assert/strict';
import fs, { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { openFeedbackLog } from './feedback-log.ts';
import type { FeedbackRecord } from './feedback-record.ts';

function record(feedbackId: string): FeedbackRecord {
  const money = { amount: '500', currency: 'USD' };
  return {
    feedbackId,
    verdict: 'not-anomaly',
    note: 'load test',
    untilDate: '2026-05-01',
    by: 'ana',
    at: '2026-02-10T00:00:00.000Z',
    caseId: null,
    signalId: 'signal_1',
    change: {
      direction: 'increase',
      basis: 'EffectiveCost',
      element: { subAccountId: '111' },
      onsetDate: '2026-02-01',
      lastDate: '2026-02-05',
      impactPerDay: money,
      impactPercent: 50,
    },
  };
}

function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'feedback-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const END = { by: 'bo', at: '2026-02-11T00:00:00.000Z' };

describe('the log of feedback', () => {
  it('keeps what was given and what was taken back over a restart, newest first', (t) => {
    const place = directory(t);
    const log = openFeedbackLog(place);
    log.give(record('feedback_1'));
    log.give(record('feedback_2'));
    log.withdraw('feedback_1', END);
    const again = openFeedbackLog(place).list();
    assert.deepEqual(again, log.list());
    assert.deepEqual(
      again.map(({ feedbackId, withdrawn }) => [feedbackId, withdrawn]),
      [
        ['feedback_2', null],
        ['feedback_1', END],
      ],
    );
  });

  it('leaves no half a line behind where the disk is full', (t) => {
    const place = directory(t);
    const log = openFeedbackLog(place);
    log.give(record('feedback_1'));
    const path = join(place, 'feedback.ndjson');
    const whole = readFileSync(path, 'utf8');
    const full = t.mock.method(fs, 'fsyncSync', () => {
      throw new Error('ENOSPC');
    });
    syncBuiltinESMExports();
    assert.throws(() => log.give(record('feedback_2')), /ENOSPC/);
    full.mock.restore();
    syncBuiltinESMExports();
    assert.equal(readFileSync(path, 'utf8'), whole);
    assert.equal(log.list().length, 1);
    log.give(record('feedback_3'));
    assert.deepEqual(
      openFeedbackLog(place)
        .list()
        .map(({ feedbackId }) => feedbackId),
      ['feedback_3', 'feedback_1'],
    );
  });

  it('cuts off a line that a killed process left unfinished, and goes on after it', (t) => {
    const place = directory(t);
    openFeedbackLog(place).give(record('feedback_1'));
    const path = join(place, 'feedback.ndjson');
    const whole = readFileSync(path, 'utf8');
    for (let bytes = 1; bytes < 40; bytes += 7) {
      writeFileSync(path, whole + whole.slice(0, bytes));
      const log = openFeedbackLog(place);
      assert.equal(log.list().length, 1);
      log.give(record('feedback_2'));
      assert.equal(openFeedbackLog(place).list().length, 2);
    }
  });

  it('fails on a damaged line before the last rather than forgetting what it said', (t) => {
    const place = directory(t);
    const path = join(place, 'feedback.ndjson');
    openFeedbackLog(place).give(record('feedback_1'));
    appendFileSync(path, 'x\n');
    assert.throws(() => openFeedbackLog(place), { class: 'integrity', code: 'FEEDBACK_DAMAGED' });
  });

  it('takes back only what there is, and once', (t) => {
    const log = openFeedbackLog(directory(t));
    log.give(record('feedback_1'));
    assert.throws(() => log.withdraw('feedback_2', END), { code: 'FEEDBACK_UNKNOWN' });
    log.withdraw('feedback_1', END);
    assert.throws(() => log.withdraw('feedback_1', END), { code: 'FEEDBACK_WITHDRAWN' });
  });
});
