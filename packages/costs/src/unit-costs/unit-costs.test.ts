import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { parseTaxonomy } from '../allocation/parse-taxonomy.ts';
import { createTestLake, focusCsv, type TestRow } from '../lake.testing.ts';
import { parseMetrics } from './metric.ts';
import { csvText, parseCsv } from './csv.ts';
import { trendOf } from './trend.ts';
import { unitCosts, type UnitCostRequest } from './unit-costs.ts';

const on = (date: string, cost: string, more: TestRow = {}): TestRow => ({
  EffectiveCost: cost,
  ChargeClass: '',
  ChargePeriodStart: `${date}T00:00:00Z`,
  ChargePeriodEnd: `${date}T23:00:00Z`,
  ...more,
});

async function ask(
  t: TestContext,
  rows: readonly TestRow[],
  metrics: string,
  {
    taxonomy = {},
    ...more
  }: Partial<Omit<UnitCostRequest, 'taxonomy'>> & { taxonomy?: object } = {},
) {
  const lake = await createTestLake(t);
  const { manifest } = await lake.ingest(lake.file('a.csv', focusCsv(rows)));
  const version = await lake.open(manifest.versionId);
  return unitCosts(version.scoped('all'), {
    extent: { fromDate: '2026-03-01', toDate: '2026-04-01', basis: 'EffectiveCost' },
    granularity: 'month',
    metricEvery: 'day',
    services: [],
    ...more,
    metrics: parseMetrics(metrics),
    taxonomy: parseTaxonomy(taxonomy),
  });
}

describe('unit costs', () => {
  it('divide the cost of days that have a figure, and tell the days that have none', async (t) => {
    const { series, rowsRead } = await ask(
      t,
      [
        on('2026-03-01', '10'),
        on('2026-03-02', '20'),
        on('2026-03-03', '99'),
        on('2026-03-01', '-5', { ChargeCategory: 'Credit' }),
        on('2026-03-01', '7', { ChargeClass: 'Correction' }),
      ],
      'date,metric,value\n2026-03-01,orders,100\n2026-03-02,orders,200\n2026-03-09,orders,5\n',
    );
    const [only] = series;
    const [march] = only?.periods ?? [];
    assert.deepEqual(
      { ...march, daysWithoutCost: march?.daysWithoutCost },
      {
        fromDate: '2026-03-01',
        toDate: '2026-04-01',
        whole: true,
        cost: '30',
        units: '305',
        unitCost: '0.098360656',
        daysWithoutMetric: ['2026-03-03'],
        costWithoutMetric: '99',
        daysWithoutCost: ['2026-03-09'],
        changePercent: null,
      },
    );
    assert.deepEqual([series.length, rowsRead, only?.trend.direction], [1, 3, 'unknown']);
  });

  it('go by week, with the change and the trend over whole weeks', async (t) => {
    const days = ['2026-03-02', '2026-03-09', '2026-03-16', '2026-03-23'];
    const { series } = await ask(
      t,
      days.map((day, at) => on(day, String(100 + 10 * at))),
      ['date,metric,value', ...days.map((day) => `${day},orders,100`)].join('\n'),
      { granularity: 'week' },
    );
    const [only] = series;
    assert.deepEqual(
      only?.periods.map(({ fromDate, whole, unitCost, changePercent }) => [
        fromDate,
        whole,
        unitCost,
        changePercent,
      ]),
      [
        ['2026-03-01', false, null, null],
        ['2026-03-02', true, '1.000000000', null],
        ['2026-03-09', true, '1.100000000', 10],
        ['2026-03-16', true, '1.200000000', 9.1],
        ['2026-03-23', true, '1.300000000', 8.3],
        ['2026-03-30', false, null, null],
      ],
    );
    assert.deepEqual(only?.trend, { direction: 'rising', percentPerPeriod: 8.7, periods: 4 });
  });

  it('match dimensions of the file with services, accounts and tags, these by the taxonomy', async (t) => {
    const rows = [
      on('2026-03-01', '6', { Tags: '{"product":"shop"}' }),
      on('2026-03-01', '2', { Tags: '{"Product":"Shop"}' }),
      on('2026-03-01', '50', { Tags: '{"product":"other"}' }),
      on('2026-03-01', '9', { Tags: '{"product":"shop"}', ServiceName: 'Storage' }),
    ];
    const taxonomy = {
      keys: { product: { spelling: 'loose', values: ['shop', 'other'] } },
    };
    const metrics = 'date,metric,value,product\n2026-03-01,orders,4,shop\n';
    const all = await ask(t, rows, metrics, { taxonomy });
    assert.deepEqual(
      all.series.map(({ dimensions, periods }) => [dimensions, periods[0]?.unitCost]),
      [[{ product: 'shop' }, '4.250000000']],
    );
    const storage = await ask(t, rows, metrics, { taxonomy, services: ['stor*'] });
    assert.equal(storage.series[0]?.periods[0]?.unitCost, '2.250000000');
    const byService = 'date,metric,value,serviceName\n2026-03-01,orders,3,Storage\n';
    const named = await ask(t, rows, byService);
    assert.equal(named.series[0]?.periods[0]?.unitCost, '3.000000000');
  });

  it('take a figure of a month for all of its days, once', async (t) => {
    const rows = [on('2026-03-01', '10'), on('2026-03-20', '20')];
    const metrics = 'date,metric,value\n2026-03-01,users,15\n';
    const { series } = await ask(t, rows, metrics, { metricEvery: 'month' });
    const [march] = series[0]?.periods ?? [];
    assert.deepEqual([march?.unitCost, march?.daysWithoutMetric], ['2.000000000', []]);
    await assert.rejects(ask(t, rows, metrics, { metricEvery: 'month', granularity: 'week' }), {
      code: 'METRIC_COARSE',
    });
    const inside = 'date,metric,value\n2026-03-02,users,15\n';
    await assert.rejects(ask(t, rows, inside, { metricEvery: 'month' }), { code: 'METRIC_DATE' });
    const elsewhere = 'date,metric,value\n2026-05-02,users,15\n';
    await assert.rejects(ask(t, rows, elsewhere), { code: 'METRICS_ELSEWHERE' });
  });
});

describe('a metric file', () => {
  for (const [text, problem] of [
    ['date,metric\n', /lacks value/],
    ['date,metric,value,value\n', /value stands twice/],
    ['date,metric,value\n2026-02-30,a,1\n', /line 2: "2026-02-30" is no date/],
    ['date,metric,value\n2026-03-01,,1\n', /line 2: the metric has no name/],
    ['date,metric,value\n2026-03-01,a,"1,200"\n', /line 2: "1,200" is no plain number/],
    ['date,metric,value\n2026-03-01,a,-1\n', /no plain number/],
    ['date,metric,value\n2026-03-01,a\n', /line 2: 2 cells under 3 columns/],
    ['date,metric,value\n2026-03-01,a,1\n2026-03-01,a,2\n', /line 3: the same as line 2/],
  ] as const) {
    it(`is refused with its line and reason: ${problem.source}`, () => {
      assert.throws(() => parseMetrics(text), { code: 'METRICS_MALFORMED', message: problem });
    });
  }

  it('may be quoted, have a byte order mark, blank lines and line ends of either kind', () => {
    const text = '\uFEFFdate,metric,value,owner\r\n"2026-03-01","a ""b""",1.5,core\r\n\r\n';
    assert.deepEqual(parseMetrics(text), [
      { date: '2026-03-01', metric: 'a "b"', value: '1.5', dimensions: { owner: 'core' } },
    ]);
    assert.throws(() => parseCsv('a,"b'), { code: 'CSV_MALFORMED' });
  });
});

describe('CSV for a spreadsheet', () => {
  it('is read back as it was, and holds no formula', () => {
    assert.deepEqual(parseCsv(csvText([['a,b', 'c"d', '-1.5', 'x\ny']])), [
      ['a,b', 'c"d', '-1.5', 'x\ny'],
    ]);
    assert.equal(csvText([['=1+1', '@x', '-2', '+3', '-cmd']]), "'=1+1,'@x,-2,'+3,'-cmd\n");
  });
});

describe('a trend', () => {
  it('is not turned by one odd period, and is unknown with two', () => {
    assert.equal(trendOf([10, 10.1, 90, 10.2, 10.1]).direction, 'steady');
    assert.equal(trendOf([10, 9, 8, 7]).direction, 'falling');
    assert.equal(trendOf([10, 20]).direction, 'unknown');
    assert.equal(trendOf([10, null, 20, null]).direction, 'unknown');
    assert.equal(trendOf([0, 0, 0]).direction, 'unknown');
  });
});
