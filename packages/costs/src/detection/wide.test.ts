import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DetectedAnomaly } from './anomaly.ts';
import { detectAnomalies } from './detect.ts';
import { testOrganisation, type Leaf } from './organisation.testing.ts';

const DAYS = 120;
const ONSET = 105;
const SEEDS = [1, 2, 3, 4, 5, 6];

function scaled(leaf: Leaf, factor: number, what: 'cost' | 'usage'): void {
  for (let t = ONSET; t < DAYS; t++) {
    leaf.cost[t] = (leaf.cost[t] as number) * factor;
    if (what === 'usage') leaf.quantity[t] = (leaf.quantity[t] as number) * factor;
  }
}

/** What is found beyond the look-alikes of an organisation in which only `alter` happens. */
function foundWith(seed: number, alter: (leaf: Leaf) => void): readonly DetectedAnomaly[] {
  const { days, series, planned } = testOrganisation(seed, {
    accounts: 20,
    incidents: false,
    alter,
  });
  return detectAnomalies({ days, series, planned, lastCompleteIndex: DAYS - 1 }).anomalies.filter(
    ({ innocent, onsetIndex }) =>
      (innocent === undefined || innocent.reason === 'move') && onsetIndex >= ONSET - 2,
  );
}

describe('changes across accounts', () => {
  it('a new price list of a service is one anomaly of kind price, not one an account', () => {
    for (const seed of SEEDS) {
      const found = foundWith(seed, (leaf) => {
        if (leaf.element.serviceName === 'EC2') scaled(leaf, 1.12, 'cost');
      });
      assert.deepEqual(
        found.map(({ element, driver, onsetIndex }) => [element, driver, onsetIndex]),
        [[{ serviceName: 'EC2' }, 'price', ONSET]],
        `seed ${seed}`,
      );
      // The announced launch, which begins on the same day, is part of what EC2 cost.
      const percent = found[0]?.impactPercent ?? 0;
      assert.ok(percent > 11.5 && percent < 20);
      assert.ok((found[0]?.accountsMoved ?? 0) >= 12);
    }
  });

  it('a new price of one usage type is stated there, and a lower price as a decrease', () => {
    for (const seed of SEEDS) {
      const found = foundWith(seed, (leaf) => {
        if (leaf.element.usageType === 'Logs-Ingest') scaled(leaf, 0.8, 'cost');
      });
      assert.deepEqual(
        found.map(({ element, driver, direction }) => [element, driver, direction]),
        [[{ serviceName: 'CloudWatch', usageType: 'Logs-Ingest' }, 'price', 'decrease']],
        `seed ${seed}`,
      );
    }
  });

  it('a price that changes in one account is the account own', () => {
    const found = foundWith(2, (leaf) => {
      const { subAccountId, serviceName } = leaf.element;
      if (subAccountId === '100000000009' && serviceName === 'EC2') scaled(leaf, 2, 'cost');
    });
    assert.equal(found.length, 1);
    assert.equal(found[0]?.element.subAccountId, '100000000009');
    assert.equal(found[0]?.accountsMoved, undefined);
    assert.equal(found[0]?.driver, 'price');
  });

  it('usage of a service that grows in every account is one anomaly of the service', () => {
    for (const seed of SEEDS) {
      const found = foundWith(seed, (leaf) => {
        if (leaf.element.serviceName === 'RDS') scaled(leaf, 1.6, 'usage');
      });
      assert.equal(found.length, 1, `seed ${seed}`);
      assert.deepEqual(found[0]?.element, { serviceName: 'RDS' });
      assert.equal(found[0]?.driver, 'quantity');
    }
  });

  it('one account that moves far more than all others keeps its own anomaly beside the shared one', () => {
    const found = foundWith(3, (leaf) => {
      if (leaf.element.serviceName !== 'RDS') return;
      scaled(leaf, leaf.element.subAccountId === '100000000005' ? 6 : 1.6, 'usage');
    });
    const elements = found.map(({ element }) => element);
    assert.deepEqual(elements.length, 2);
    assert.ok(elements.some(({ subAccountId }) => subAccountId === '100000000005'));
    assert.ok(elements.some(({ subAccountId }) => subAccountId === undefined));
  });

  it('small rises under one tag in many accounts are one anomaly of the tag, or one a service where its sum is restless', () => {
    for (const seed of SEEDS) {
      const found = foundWith(seed, (leaf) => {
        if (leaf.element['tag:team'] !== 'ml') return;
        for (let t = ONSET; t < DAYS; t++) leaf.cost[t] = (leaf.cost[t] as number) * 1.3;
      });
      const tagged = found.filter(({ element }) => element['tag:team'] === 'ml');
      const restless = tagged.every(({ level }) => level === 'tag_service');
      assert.ok(tagged.length === 1 || (tagged.length > 1 && restless), `seed ${seed}`);
      assert.ok(found.length - tagged.length <= 3, `seed ${seed}`);
    }
  });

  it('what one account explains is not stated again for its tag, service, region or the organisation', () => {
    for (const seed of SEEDS) {
      const found = foundWith(seed, (leaf) => {
        const { subAccountId, usageType, regionId } = leaf.element;
        if (subAccountId !== '100000000003' || usageType !== 'BoxUsage:g5') return;
        if (regionId !== 'us-east-1') return;
        for (let t = ONSET; t < DAYS; t++) leaf.cost[t] = (leaf.cost[t] as number) + 6_000;
      });
      assert.equal(found.length, 1, `seed ${seed}`);
      assert.equal(found[0]?.element.subAccountId, '100000000003');
    }
  });
});

describe('moves', () => {
  /** Account 3 moves six tenths of its EC2 cost to account 4, which then costs `times` as much more. */
  const moving = (times: number) => {
    const moved = new Float64Array(DAYS);
    return (leaf: Leaf) => {
      const { subAccountId, serviceName, usageType, regionId } = leaf.element;
      if (serviceName !== 'EC2') return;
      const arrives = usageType === 'BoxUsage:m6i' && regionId === 'us-east-1';
      for (let t = ONSET; t < DAYS; t++) {
        const cost = leaf.cost[t] as number;
        if (subAccountId === '100000000003') {
          moved[t] = (moved[t] as number) + 0.6 * cost;
          leaf.cost[t] = 0.4 * cost;
        }
        if (subAccountId === '100000000004' && arrives) {
          leaf.cost[t] = cost + times * (moved[t] as number);
        }
      }
    };
  };

  it('what one account lost and another gained is a move, told from both ends', () => {
    const found = foundWith(4, moving(1)).filter(({ element }) => element.serviceName === 'EC2');
    assert.deepEqual(
      found.map(({ innocent, direction }) => [direction, innocent?.reason]).toSorted(),
      [
        ['decrease', 'move'],
        ['increase', 'move'],
      ],
    );
    assert.match(found[0]?.innocent?.note ?? '', /moved (from|to) subAccountId 10000000000[34]/);
  });

  it('a gain far beyond the loss is no move', () => {
    const found = foundWith(4, moving(2)).filter(({ element }) => element.serviceName === 'EC2');
    assert.ok(found.every(({ innocent }) => innocent === undefined));
    assert.ok(found.some(({ direction }) => direction === 'increase'));
  });
});
