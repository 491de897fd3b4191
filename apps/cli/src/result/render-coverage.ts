import { formatMoney } from '@counterfoil/core';
import type { CoverageAnswer, CurrencyCoverage, GroupCoverage } from '@counterfoil/costs';
import { renderTable } from '../terminal/table.ts';

const RIGHT = { align: 'right' } as const;
const GROUPS_SHOWN_MAX = 10;

/** Why a cost does not count for coverage, for people. */
export const APART_TEXT: Readonly<Record<string, string>> = {
  untaggable: 'usage that names no resource',
  unused_commitment: 'commitments left unused',
  commitment_purchase: 'purchases of commitments',
  purchase: 'other purchases and fees',
  support: 'support',
  tax: 'tax',
  credit: 'credits',
  refund: 'refunds',
  adjustment: 'adjustments',
  correction: 'corrections of earlier charges',
};

/** Tag coverage for people: a currency after the other. */
export function renderCoverage(answer: CoverageAnswer): string {
  const { basis, fromDate, toDate, rowsRead, requiredKeys, queryId } = answer;
  const by = requiredKeys.length === 0 ? 'any tag' : requiredKeys.join(', ');
  const head = `Tag coverage by ${by}: ${basis} from ${fromDate} until before ${toDate}, ${rowsRead} charges`;
  const none = 'No charges in these days.';
  const parts = answer.currencies.map((one) => renderCurrency(one, answer));
  return [head, ...(parts.length === 0 ? [none] : parts), `Query ${queryId}`].join('\n\n');
}

function renderCurrency(coverage: CurrencyCoverage, answer: CoverageAnswer): string {
  const { currency, gate, sum } = coverage;
  const money = (amount: string) => formatMoney({ amount, currency });
  const gateText =
    gate === 'no_data'
      ? 'nothing here could carry a tag, so the gate cannot be judged'
      : `${gate === 'passed' ? 'reaches' : 'under'} the gate of ${answer.gatePercent} %`;
  const counted = answer.gateOn === 'tagged' ? sum.taggedPercent : sum.allocatedPercent;
  const shown = (groups: readonly GroupCoverage[]) => groups.slice(0, GROUPS_SHOWN_MAX);
  return [
    `${money(sum.taggedCost)} of ${money(sum.cost)} that could carry tags; coverage ${percentText(counted)}, ${gateText}`,
    `With defaults of accounts ${percentText(sum.allocatedPercent)}; of ${sum.resources} resources ${percentText(sum.resourcesTaggedPercent)}`,
    ...(coverage.keys.length > 0 ? ['', keysTable(coverage, money)] : []),
    ...(coverage.accounts.length > 0
      ? ['', groupTable('ACCOUNT', shown(coverage.accounts), money)]
      : []),
    ...(coverage.services.length > 0
      ? ['', groupTable('SERVICE', shown(coverage.services), money)]
      : []),
    ...(coverage.apart.length > 0 ? ['', apartTable(coverage, money)] : []),
    ...(coverage.untagged.length > 0 ? ['', untaggedTable(coverage, money)] : []),
  ].join('\n');
}

type MoneyText = (amount: string) => string;

function keysTable({ keys }: CurrencyCoverage, money: MoneyText): string {
  const columns = [
    { title: 'KEY' },
    { title: 'TAGGED', ...RIGHT },
    { title: 'WITH DEFAULTS', ...RIGHT },
    { title: 'RESOURCES', ...RIGHT },
    { title: 'MISSING', ...RIGHT },
    { title: 'NOT ALLOWED', ...RIGHT },
  ];
  const rows = keys.map((key) => [
    key.key,
    percentText(key.taggedPercent),
    percentText(key.allocatedPercent),
    percentText(key.resourcesTaggedPercent),
    money(key.missingCost),
    money(key.invalidCost),
  ]);
  return renderTable(columns, rows);
}

function groupTable(title: string, groups: readonly GroupCoverage[], money: MoneyText): string {
  const columns = [
    { title },
    { title: 'COST', ...RIGHT },
    { title: 'TAGGED', ...RIGHT },
    { title: 'WITH DEFAULTS', ...RIGHT },
    { title: 'RESOURCES', ...RIGHT },
  ];
  const rows = groups.map((group) => [
    group.value === '' ? '(none)' : group.value,
    money(group.cost),
    percentText(group.taggedPercent),
    percentText(group.allocatedPercent),
    percentText(group.resourcesTaggedPercent),
  ]);
  return renderTable(columns, rows);
}

function apartTable({ apart }: CurrencyCoverage, money: MoneyText): string {
  const columns = [
    { title: 'NOT COUNTED' },
    { title: 'COST', ...RIGHT },
    { title: 'CHARGES', ...RIGHT },
  ];
  const rows = apart.map((part) => [
    APART_TEXT[part.class] ?? part.class,
    money(part.cost),
    String(part.rows),
  ]);
  return renderTable(columns, rows);
}

function untaggedTable({ untagged }: CurrencyCoverage, money: MoneyText): string {
  const columns = [
    { title: 'UNTAGGED' },
    { title: 'ACCOUNT' },
    { title: 'SERVICE' },
    { title: 'COST', ...RIGHT },
    { title: 'LACKS' },
  ];
  const rows = untagged.map((one) => [
    one.resourceId ?? '(names no resource)',
    one.subAccountId,
    one.serviceName ?? '',
    money(one.cost),
    one.missingKeys.length === 0 ? 'any tag' : one.missingKeys.join(', '),
  ]);
  return renderTable(columns, rows);
}

/** A percentage for people. */
export function percentText(percent: number | null): string {
  return percent === null ? 'not known' : `${percent} %`;
}
