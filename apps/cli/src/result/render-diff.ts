import type { PeriodChange, SliceChange, VersionsDiff } from '@counterfoil/costs';
import { renderTable } from '../terminal/table.ts';
import { moneyOf, valueText } from './cost-report.ts';

const SLICES_SHOWN_MAX = 15;

/** What a version changed, for people: a line a period, then the days, accounts and services that moved most. */
export function renderDiff(diff: VersionsDiff): string {
  const { older, newer, periods, slices, slicesCount, basis } = diff;
  const head = `From ${older} to ${newer}`;
  if (periods.length === 0) return `${head}: the same charges`;
  const parts = [head, renderPeriods(periods)];
  if (slices.length > 0) {
    const shown = slices.slice(0, SLICES_SHOWN_MAX);
    const cut = slicesCount > shown.length ? `, the ${shown.length} largest` : '';
    parts.push(
      `Restated ${basis} by day, account and service: ${slicesCount} changed${cut}`,
      renderSlices(shown),
    );
  }
  return parts.join('\n\n');
}

function renderPeriods(periods: readonly PeriodChange[]): string {
  const right = { align: 'right' } as const;
  return renderTable(
    [
      { title: 'BILLING PERIOD' },
      { title: 'CATEGORY' },
      { title: 'WHAT' },
      { title: 'ROWS', ...right },
      { title: 'BILLED COST', ...right },
      { title: 'CHANGE', ...right },
      { title: 'EFFECTIVE COST', ...right },
      { title: 'CHANGE', ...right },
    ],
    periods.map((one) => {
      const { BilledCost: billed, EffectiveCost: effective } = one.costs;
      const { plain, signed } = moneyOf(one.currency);
      return [
        one.billingPeriod.slice(0, 7),
        one.chargeCategory,
        one.status,
        `${one.rowsOlder} → ${one.rowsNewer}`,
        plain(billed.newer ?? '0'),
        signed(billed.delta),
        plain(effective.newer ?? '0'),
        signed(effective.delta),
      ];
    }),
  );
}

function renderSlices(slices: readonly SliceChange[]): string {
  const right = { align: 'right' } as const;
  return renderTable(
    [
      { title: 'DAY' },
      { title: 'ACCOUNT' },
      { title: 'SERVICE' },
      { title: 'CATEGORY' },
      { title: 'WAS', ...right },
      { title: 'IS', ...right },
      { title: 'CHANGE', ...right },
    ],
    slices.map((one) => {
      const { plain, signed } = moneyOf(one.currency);
      return [
        one.day,
        valueText(one.subAccountId),
        valueText(one.serviceName),
        one.chargeCategory,
        plain(one.cost.older ?? '0'),
        plain(one.cost.newer ?? '0'),
        signed(one.cost.delta),
      ];
    }),
  );
}
