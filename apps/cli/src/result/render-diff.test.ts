import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { VersionsDiff } from '@counterfoil/costs';
import { renderDiff } from './render-diff.ts';

const change = (older: string | null, newer: string | null, delta: string) => ({
  older,
  newer,
  delta,
});
const diff = (changes: Partial<VersionsDiff>): VersionsDiff => ({
  older: 'v-1',
  newer: 'v-2',
  basis: 'EffectiveCost',
  periods: [],
  slices: [],
  slicesCount: 0,
  ...changes,
});

describe('a difference of versions in words', () => {
  it('says when there is none', () => {
    assert.equal(renderDiff(diff({})), 'From v-1 to v-2: the same charges');
  });

  it('shows the periods, then where the restated money moved', () => {
    const cost = change('10.00', '7.25', '-2.75');
    const text = renderDiff(
      diff({
        periods: [
          {
            billingPeriod: '2026-03-01',
            currency: 'USD',
            chargeCategory: 'Usage',
            status: 'restated',
            rowsOlder: 2,
            rowsNewer: 3,
            costs: {
              BilledCost: cost,
              EffectiveCost: change(null, '5', '5'),
              ListCost: cost,
              ContractedCost: cost,
            },
          },
        ],
        slices: [
          {
            day: '2026-03-04',
            subAccountId: null,
            serviceName: 'Compute\u202e',
            chargeCategory: 'Usage',
            currency: 'USD',
            rowsOlder: 1,
            rowsNewer: 1,
            cost,
          },
        ],
        slicesCount: 40,
      }),
    );
    assert.match(
      text,
      /2026-03 +Usage +restated +2 → 3 +7\.25 USD +-2\.75 USD +5\.00 USD +\+5\.00 USD/,
    );
    assert.match(text, /40 changed, the 1 largest/);
    assert.match(
      text,
      /2026-03-04 +\(none\) +Compute[^\u202e]* +Usage +10\.00 USD +7\.25 USD +-2\.75 USD/,
    );
  });
});
