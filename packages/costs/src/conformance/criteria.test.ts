import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CRITERIA } from './criteria.ts';
import { judgeCsv } from './mini-model.testing.ts';

/** For each criterion a row that shows it and a row that does not; cells as `Column=value`. */
const EXAMPLES: Readonly<
  Record<string, readonly [shows: readonly string[], quiet: readonly string[]]>
> = {
  ACCOUNT_NAMING_SUPPORTED: [['BillingAccountName=Acme'], ['BillingAccountName=']],
  AVAILABILITY_ZONE_SUPPORTED: [['AvailabilityZone=a'], ['AvailabilityZone=NULL']],
  CAPACITY_RESERVATION_SUPPORTED: [['CapacityReservationId=cr-1'], ['CapacityReservationId=']],
  COMMITMENT_DISCOUNT_SUPPORTED: [['CommitmentDiscountId=ri-1'], ['CommitmentDiscountId=']],
  MULTIPLE_PRICING_CATEGORIES_SUPPORTED: [
    ['PricingCategory=Standard', 'PricingCategory=Dynamic'],
    ['PricingCategory=Standard', 'PricingCategory=Standard', 'PricingCategory='],
  ],
  MULTIPLE_SUB_ACCOUNT_TYPES_SUPPORTED: [
    ['SubAccountType=Project', 'SubAccountType=Account'],
    ['SubAccountType=Project'],
  ],
  MULTIPLE_BILLING_ACCOUNT_TYPES_SUPPORTED: [
    ['BillingAccountType=A', 'BillingAccountType=B'],
    ['BillingAccountType=A'],
  ],
  NEGOTIATED_PRICING_SUPPORTED: [
    ['ContractedCost=1;ListCost=2'],
    ['ContractedCost=2.0;ListCost=2', 'ContractedCost=;ListCost=2'],
  ],
  PUBLIC_PRICE_LIST_SUPPORTED: [['ListUnitPrice=1'], ['ListCost=0.0', 'ListCost=']],
  USAGE_MEASUREMENT_SUPPORTED: [['ConsumedQuantity=1'], ['ConsumedQuantity=']],
  UNIT_PRICING_SUPPORTED: [['PricingQuantity=1'], ['PricingQuantity=']],
  SUB_ACCOUNT_SUPPORTED: [['SubAccountId=1'], ['SubAccountId=']],
  BILLING_BASED_ON_PROVISIONED_RESOURCES_SUPPORTED: [['ResourceId=i-1'], ['ResourceId=']],
  RESOURCE_TYPE_ASSIGNMENT_SUPPORTED: [['ResourceType=VM'], ['ResourceType=']],
  PRICING_BILLING_CURRENCY_DIFFERENCES_SUPPORTED: [
    ['PricingCurrency=USD;BillingCurrency=EUR'],
    ['PricingCurrency=USD;BillingCurrency=USD', 'PricingCurrency=;BillingCurrency=USD'],
  ],
  VIRTUAL_CURRENCY_SUPPORTED: [['PricingCurrency=Credits'], ['PricingCurrency=USD']],
  REGION_SUPPORTED: [['RegionId=eu-west-1'], ['RegionId=']],
  TAGGING_SUPPORTED: [['Tags={}'], ['Tags=NULL']],
};

/** CSV lines of rows that have the same columns, and one more so that no line is empty. */
function csvOf(rows: readonly string[]): readonly string[] {
  const cells = rows.map((row) => row.split(';').map((cell) => cell.split('=')));
  const header = (cells[0] ?? []).map(([name]) => name);
  return [[...header, 'X'], ...cells.map((row) => [...row.map(([, value]) => value), 'x'])].map(
    (line) => line.join(','),
  );
}

describe('each applicability criterion', () => {
  it('has an example here', () => {
    assert.deepEqual(Object.keys(EXAMPLES).toSorted(), [...CRITERIA.keys()].toSorted());
  });

  for (const [name, [shows, quiet]] of Object.entries(EXAMPLES)) {
    it(`${name} is met by rows that show it and not by rows that do not`, async (t) => {
      const met = async (rows: readonly string[]) => {
        const { criteria } = await judgeCsv(t, csvOf(rows), { rule: {} });
        return criteria.find((criterion) => criterion.name === name);
      };
      assert.deepEqual(await met(shows), { name, met: true, basis: 'data' });
      assert.deepEqual(await met(quiet), { name, met: false, basis: 'data' });
    });
  }

  it('is taken from the caller where the caller knows better', async (t) => {
    const told = new Map([['TAGGING_SUPPORTED', false]]);
    const { criteria } = await judgeCsv(t, ['Tags,X', '{},x'], { rule: {} }, told);
    const tagging = criteria.find(({ name }) => name === 'TAGGING_SUPPORTED');
    assert.deepEqual(tagging, { name: 'TAGGING_SUPPORTED', met: false, basis: 'told' });
  });

  it('that nobody knows is refused by name', async (t) => {
    await assert.rejects(judgeCsv(t, ['A,B'], { rule: {} }, new Map([['MAGIC', true]])), {
      code: 'CRITERION_UNKNOWN',
    });
  });
});
