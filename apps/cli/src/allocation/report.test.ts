import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CoverageAnswer, ShowbackAnswer } from '@counterfoil/costs';
import { htmlOf, markdownOf, reportDocument, type ReportData } from './report-document.ts';
import { reportPeriods } from './report-periods.ts';

const DATA = { fromDate: '2026-01-15', toDate: '2026-04-08' };

test('a report is of the last whole month, and compares it with the one before', () => {
  assert.deepEqual(reportPeriods('month', DATA), {
    now: { name: '2026-03', fromDate: '2026-03-01', toDate: '2026-04-01' },
    before: { name: '2026-02', fromDate: '2026-02-01', toDate: '2026-03-01' },
  });
  const january = reportPeriods('month', { ...DATA, fromDate: '2026-02-02' });
  assert.equal(january.now.name, '2026-03');
  assert.equal(january.before, null);
});

test('a week goes from Monday to Sunday, and data up to a Sunday hold it', () => {
  assert.deepEqual(reportPeriods('week', DATA).now, {
    name: 'week-2026-03-30',
    fromDate: '2026-03-30',
    toDate: '2026-04-06',
  });
  assert.equal(
    reportPeriods('week', { ...DATA, toDate: '2026-04-13' }).now.name,
    'week-2026-04-06',
  );
  assert.equal(
    reportPeriods('week', { ...DATA, toDate: '2026-04-12' }).now.name,
    'week-2026-03-30',
  );
});

test('data without one whole period are refused', () => {
  const week = { fromDate: '2026-03-03', toDate: '2026-03-15' };
  assert.throws(() => reportPeriods('week', week), { code: 'PERIOD_MISSING' });
  assert.throws(() => reportPeriods('month', week), { code: 'PERIOD_MISSING' });
});

const FIGURES = {
  cost: '10',
  taggedCost: '8',
  taggedPercent: 80,
  allocatedCost: '8',
  allocatedPercent: 80,
  resources: 2,
  resourcesTagged: 1,
  resourcesTaggedPercent: 50,
};

const EXTENT = { basis: 'EffectiveCost', fromDate: '2026-03-01', toDate: '2026-04-01' } as const;

const COVERAGE: CoverageAnswer = {
  queryId: 'q-1',
  dataVersion: 'v-1',
  rowsRead: 3,
  ...EXTENT,
  requiredKeys: ['team'],
  gatePercent: 90,
  gateOn: 'tagged',
  gate: 'failed',
  currencies: [
    {
      currency: 'USD',
      gate: 'failed',
      sum: FIGURES,
      keys: [{ key: 'team', ...FIGURES, invalidCost: '0', missingCost: '2' }],
      accounts: [],
      services: [],
      apart: [{ class: 'credit', cost: '-1', rows: 1 }],
      untagged: [
        {
          subAccountId: '1',
          serviceName: 'Compute',
          resourceId: 'i-<b>|2',
          cost: '2',
          missingKeys: ['team'],
        },
      ],
    },
  ],
};

const line = (owner: string | null, total: string) => ({
  owner,
  direct: total,
  shared: '0',
  costs: total,
  credits: '0',
  tax: '0',
  total,
  rows: 1,
  queryId: 'q',
});

const showbackOf = (...lines: readonly ReturnType<typeof line>[]): ShowbackAnswer => ({
  queryId: 'q-2',
  dataVersion: 'v-1',
  rowsRead: 3,
  ...EXTENT,
  by: 'team',
  rounding: 'largest remainder in units of 10^-18',
  currencies: [
    {
      currency: 'USD',
      lines,
      pools: [],
      total: { costs: '10', credits: '0', tax: '0', total: '10' },
      difference: '0',
      leftOut: '0',
      unallocatedPercent: 20,
    },
  ],
});

const REPORT: ReportData = {
  title: 'Cost allocation, 2026-03',
  coverage: COVERAGE,
  showback: showbackOf(line('<script>core', '8'), line(null, '2')),
  before: showbackOf(line('<script>core', '10')),
  quality: null,
};

test('the report says whether the gate is reached, what changed, and where the figures come from', () => {
  const text = markdownOf(reportDocument(REPORT));
  assert.match(text, /^# Cost allocation, 2026-03\n/);
  assert.match(text, /Tag coverage gate of 90 %: not reached\./);
  assert.match(text, /core \| 8\.00 USD .* \| -20 % \|/);
  assert.match(text, /\\\(nobody\\\)|\(nobody\) \| 2\.00 USD .* \| new \|/);
  assert.match(text, /Not counted: -1\.00 USD of credits/);
  assert.match(text, /query q-2.*query q-1/);
});

test('names from the bill make no markup, in neither format', () => {
  const markdown = markdownOf(reportDocument(REPORT));
  assert.ok(markdown.includes('\\<script\\>core'));
  assert.ok(markdown.includes('i-\\<b\\>\\|2'));
  const html = htmlOf(reportDocument(REPORT));
  assert.doesNotMatch(html, /<script|<b>/);
  assert.match(html, /&#60;script&#62;core/);
  assert.match(html, /default-src 'none'/);
});
