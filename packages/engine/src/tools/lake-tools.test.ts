import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CaseLake, JsonObject, Tool } from '@counterfoil/core';
import { createFakeLake, testToolContract } from '@counterfoil/testkit';
import { FACT_CATALOGUE } from '../causes/fact-catalogue.ts';
import {
  DATA_TRANSFER,
  EXPIRED_COMMITMENT,
  FORGOTTEN_GPU,
  NAT_REROUTE,
} from '../testing/incidents.ts';
import type { TestIncident } from '../testing/incidents.ts';
import { ACCOUNT, BACKGROUND, billRows, day, LAST, ONSET } from '../testing/test-data.ts';
import { lakeTools } from './index.ts';

function lakeOf({ rows, rootCauses }: TestIncident): CaseLake {
  return createFakeLake(rows, rootCauses);
}

function inputOf({ rootCauses }: TestIncident): JsonObject {
  const [root] = rootCauses;
  assert.ok(root);
  return {
    element: { ...root.element } as JsonObject,
    basis: 'EffectiveCost',
    onsetDate: ONSET,
    lastDate: LAST,
    impactPerDay: '1200',
    resourceIds: root.resources.map((one) => one.resourceId),
  };
}

function toolOf(lake: CaseLake, name: string): Tool {
  const tool = lakeTools(lake).find((one) => one.name === name);
  assert.ok(tool, name);
  return tool;
}

async function factsOf(incident: TestIncident, name: string) {
  const answer = await toolOf(lakeOf(incident), name).observe(inputOf(incident), {
    caseId: 'case_1',
    scopeAccounts: [ACCOUNT],
    signal: AbortSignal.timeout(1000),
  });
  for (const fact of Object.keys(answer.facts)) {
    assert.equal(FACT_CATALOGUE.get(fact)?.tool, name, `${fact} is not in the fact catalogue`);
  }
  return answer.facts;
}

for (const { name } of lakeTools(lakeOf(DATA_TRANSFER))) {
  testToolContract(name, async () => ({
    tool: toolOf(lakeOf(DATA_TRANSFER), name),
    input: inputOf(DATA_TRANSFER),
    scopeAccounts: [ACCOUNT],
  }));
}

test('the series has the mean of the days with data, on either side of the onset', async () => {
  const facts = await factsOf(DATA_TRANSFER, 'lake.daily_series');
  assert.equal(facts['series.perDayBefore'], '36.000000');
  assert.equal(facts['series.perDayAfter'], '1080.000000');
  assert.equal(facts['series.ratio'], 30);
  assert.equal(facts['series.daysBefore'], 28);
  assert.equal(facts['series.daysAfter'], 9);
});

test('a short history does not look like cheap days', async () => {
  const short = {
    ...DATA_TRANSFER,
    rows: DATA_TRANSFER.rows.filter((row) => row['day']! >= day(-7)),
  };
  const facts = await factsOf(short, 'lake.daily_series');
  assert.equal(facts['series.daysBefore'], 7);
  assert.equal(facts['series.perDayBefore'], '36.000000');
});

test('price and quantity split the change exactly', async () => {
  const moved = await factsOf(DATA_TRANSFER, 'lake.price_and_quantity');
  assert.equal(moved['quantity.ratio'], 30);
  assert.equal(moved['price.ratio'], 1);
  assert.equal(moved['price.effectShare'], 0);
  const dearer = await factsOf(EXPIRED_COMMITMENT, 'lake.price_and_quantity');
  assert.equal(dearer['quantity.ratio'], 1);
  assert.equal(dearer['price.ratio'], 2.6666);
  assert.equal(dearer['price.effectShare'], 1);
  assert.equal(dearer['quantity.effectPerDay'], '0.000000');
  assert.equal(dearer['price.effectPerDay'], '1200.000000');
});

test('mixed units are not divided by each other', async () => {
  const [line] = DATA_TRANSFER.rows;
  assert.ok(line);
  const mixed = {
    ...DATA_TRANSFER,
    rows: [...DATA_TRANSFER.rows, { ...line, pricingUnit: 'Hours' }],
  };
  const facts = await factsOf(mixed, 'lake.price_and_quantity');
  assert.deepEqual(facts, { 'quantity.unit': null });
});

test('lifetimes tell new resources and hours a day', async () => {
  const facts = await factsOf(FORGOTTEN_GPU, 'lake.resource_lifetimes');
  assert.equal(facts['resources.newCount'], 2);
  assert.equal(facts['resources.newShare'], 1);
  assert.equal(facts['resources.hoursPerDayMin'], 24);
  assert.equal(facts['resources.firstSeenDate'], ONSET);
  const old = await factsOf(DATA_TRANSFER, 'lake.resource_lifetimes');
  assert.equal(old['resources.newCount'], 0);
  assert.equal(old['resources.hoursPerDayMin'], null, 'gigabytes are not hours');
});

test('tags count presence, and no value but the one environment is handed on, as typed', async () => {
  const rows = FORGOTTEN_GPU.rows.map((row) =>
    row['resourceId']?.endsWith('1') ? { ...row, 'tag:owner': '<!channel> pay me' } : row,
  );
  const facts = await factsOf({ ...FORGOTTEN_GPU, rows }, 'lake.resource_tags');
  assert.deepEqual(facts, {
    'tags.resourceCount': 2,
    'tags.withoutEnvironment': 2,
    'tags.withoutOwner': 1,
    'tags.environmentText': null,
  });
  const environmentOf = async (...values: readonly string[]) => {
    const tagged = FORGOTTEN_GPU.rows.map((row, place) => ({
      ...row,
      'tag:env': values[place % values.length] ?? '',
    }));
    const read = await factsOf({ ...FORGOTTEN_GPU, rows: tagged }, 'lake.resource_tags');
    return read['tags.environmentText'];
  };
  assert.equal(await environmentOf('sandbox', ''), 'sandbox');
  assert.equal(await environmentOf('sandbox', 'production'), null, 'they do not agree');
  assert.equal(await environmentOf('x'.repeat(257)), 'x'.repeat(256));
});

test('coverage falls when the commitment ends', async () => {
  const facts = await factsOf(EXPIRED_COMMITMENT, 'lake.commitment_coverage');
  assert.equal(facts['commitment.shareBefore'], 1);
  assert.equal(facts['commitment.shareAfter'], 0);
  assert.equal(facts['commitment.shareDrop'], 1);
});

test('companions name what stopped and what began', async () => {
  const facts = await factsOf(NAT_REROUTE, 'lake.companions');
  assert.equal(facts['companions.vanishedUsageTypes'], 'USE1-VpcEndpoint-Bytes');
  const gpu = await factsOf(FORGOTTEN_GPU, 'lake.companions');
  assert.equal(gpu['companions.appearedUsageTypes'], 'BoxUsage:p4d.24xlarge');
  assert.equal(gpu['companions.vanishedCount'], 0);
});

test('one endpoint of several that stops is noticed', async () => {
  const [, , ...rest] = NAT_REROUTE.rows;
  const other = billRows({
    fields: {
      serviceName: 'Amazon Virtual Private Cloud',
      usageType: 'USE1-VpcEndpoint-Bytes',
      resourceId: 'vpce-other',
    },
    before: { quantity: 5, unitPrice: 0.01 },
    after: { quantity: 5, unitPrice: 0.01 },
  });
  const facts = await factsOf({ ...NAT_REROUTE, rows: [...rest, ...other] }, 'lake.companions');
  assert.equal(facts['companions.vanishedUsageTypes'], 'USE1-VpcEndpoint-Bytes');
});

test('credits stand apart from usage', async () => {
  const credit = billRows({
    fields: {
      ...BACKGROUND.fields,
      chargeCategory: 'Credit',
      serviceName: 'Amazon Elastic Compute Cloud',
    },
    before: { quantity: 1, unitPrice: -1200 },
    after: null,
  });
  const facts = await factsOf(
    { ...DATA_TRANSFER, rows: [...DATA_TRANSFER.rows, ...credit] },
    'lake.credits',
  );
  assert.equal(facts['credits.perDayBefore'], '-1200.000000');
  assert.equal(facts['credits.perDayAfter'], '0.000000');
  assert.equal(facts['credits.shareOfImpact'], 1);
  const none = await factsOf(DATA_TRANSFER, 'lake.credits');
  assert.equal(none['credits.shareOfImpact'], 0);
});

test('a cut answer is said to be cut', async () => {
  const cut: CaseLake = {
    ...lakeOf(DATA_TRANSFER),
    query: async (caseId, query) => ({
      ...(await lakeOf(DATA_TRANSFER).query(caseId, query)),
      truncated: true,
    }),
  };
  for (const tool of lakeTools(cut).filter((one) => one.name !== 'lake.localise')) {
    const answer = await tool.observe(inputOf(DATA_TRANSFER), {
      caseId: 'case_1',
      scopeAccounts: [ACCOUNT],
      signal: AbortSignal.timeout(1000),
    });
    assert.equal(answer.status, 'truncated', tool.name);
  }
});
