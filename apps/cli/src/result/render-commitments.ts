import { formatMoney } from '@counterfoil/core';
import type { CommitmentsAnswer, CurrencyCommitments, ExpiryEntry } from '@counterfoil/costs';
import { renderTable } from '../terminal/table.ts';

/** Commitments for people: the savings of a currency, then a line a commitment. */
export function renderCommitments({ currencies }: CommitmentsAnswer): string {
  if (currencies.length === 0) return 'The version has no charges.';
  return currencies.map(renderCurrency).join('\n\n');
}

function renderCurrency(summary: CurrencyCommitments): string {
  const { currency, commitments, coveragePercent, effectiveSavingsRatePercent } = summary;
  const money = (amount: string) => formatMoney({ amount, currency });
  const head = [
    `${money(summary.effectiveCost)} for usage of ${money(summary.listCost)} at list prices: effective savings rate ${percentText(effectiveSavingsRatePercent)}`,
    `Coverage of eligible usage ${percentText(coveragePercent)} by list cost, ${percentText(summary.effectiveCoveragePercent)} by effective cost`,
  ];
  if (commitments.length === 0) return [...head, 'No commitments.'].join('\n');
  head.push(
    `Commitments of ${money(summary.usedCost)} went to usage, ${money(summary.unusedCost)} went to nothing`,
  );
  const right = { align: 'right' } as const;
  const columns = [
    { title: 'COMMITMENT' },
    { title: 'TYPE' },
    { title: 'USED', ...right },
    { title: 'UNUSED', ...right },
    { title: 'UTILISATION', ...right },
    { title: 'LAST CHARGE' },
    { title: 'EXPIRES' },
  ];
  const rows = commitments.map((one) => [
    one.commitmentDiscountId,
    one.commitmentDiscountType ?? '',
    money(one.used),
    money(one.unused),
    percentText(one.utilisationPercent),
    one.lastDate,
    one.expiresDate ?? 'not known',
  ]);
  return [...head, renderTable(columns, rows)].join('\n');
}

function percentText(percent: number | null): string {
  return percent === null ? 'not known' : `${percent} %`;
}

/** When commitments end, the nearest first. */
export function renderCalendar(entries: readonly ExpiryEntry[], todayDate: string): string {
  if (entries.length === 0) {
    return `Nothing is known to end (today is ${todayDate}). Ends come from one-time purchases, and from contract commitments: counterfoil commitments import FILE`;
  }
  const columns = [
    { title: 'ENDS' },
    { title: 'IN DAYS', align: 'right' as const },
    { title: 'COMMITMENT' },
    { title: 'TYPE' },
    { title: 'UTILISATION', align: 'right' as const },
    { title: 'COST', align: 'right' as const },
    { title: 'KNOWN FROM' },
  ];
  const rows = entries.map((entry) => [
    entry.date,
    entry.daysLeft < 0 ? 'over' : String(entry.daysLeft),
    entry.commitmentDiscountId,
    entry.type ?? '',
    percentText(entry.utilisationPercent),
    entry.cost === null || entry.currency === null
      ? 'not known'
      : formatMoney({ amount: entry.cost, currency: entry.currency }),
    entry.source,
  ]);
  return renderTable(columns, rows);
}
