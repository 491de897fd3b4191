import { formatMoney, visibleText } from '@counterfoil/core';
import type { PeriodChange, SliceChange, VersionsDiff } from '@counterfoil/costs';
import { renderTable } from '../terminal/table.ts';

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
      return [
        one.billingPeriod.slice(0, 7),
        one.chargeCategory,
        one.status,
        `${one.rowsOlder} → ${one.rowsNewer}`,
        money(billed.newer ?? '0', one.currency),
        signed(billed.delta, one.currency),
        money(effective.newer ?? '0', one.currency),
        signed(effective.delta, one.currency),
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
    slices.map((one) => [
      one.day,
      visibleText(one.subAccountId ?? '(none)'),
      visibleText(one.serviceName ?? '(none)'),
      one.chargeCategory,
      money(one.cost.older ?? '0', one.currency),
      money(one.cost.newer ?? '0', one.currency),
      signed(one.cost.delta, one.currency),
    ]),
  );
}

function money(amount: string, currency: string): string {
  return formatMoney({ amount, currency });
}

function signed(amount: string, currency: string): string {
  const text = money(amount, currency);
  return amount.startsWith('-') || /^0(\.0*)?$/.test(amount) ? text : `+${text}`;
}
