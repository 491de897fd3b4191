import { formatMoney, visibleText, type Json, type Money } from '@counterfoil/core';
import { humanise } from '../text/names.ts';

/** A record that another process wrote, shown as it is: names, values, lists of records as tables. */
export function JsonView({ value }: { readonly value: Json }) {
  if (value === null || typeof value !== 'object') {
    return <span className="breakable">{visibleText(String(value))}</span>;
  }
  if (isMoney(value)) return <span>{formatMoney(value)}</span>;
  if (Array.isArray(value)) return <ListView items={value as readonly Json[]} />;
  const entries = Object.entries(value as { readonly [name: string]: Json });
  if (entries.length === 0) return <span className="muted">none</span>;
  return (
    <dl className="record">
      {entries.map(([name, item]) => (
        <div key={name}>
          <dt>{labelOf(name)}</dt>
          <dd>
            <JsonView value={item} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function ListView({ items }: { readonly items: readonly Json[] }) {
  if (items.length === 0) return <span className="muted">none</span>;
  return (
    <ul className="record-list">
      {items.map((item, index) => (
        <li key={index}>
          <JsonView value={item} />
        </li>
      ))}
    </ul>
  );
}

function isMoney(value: Json): value is Json & Money {
  const { amount, currency } = value as { readonly [name: string]: Json };
  return (
    typeof amount === 'string' &&
    /^-?\d{1,20}(\.\d{1,18})?$/.test(amount) &&
    typeof currency === 'string'
  );
}

function labelOf(name: string): string {
  return humanise(
    visibleText(name)
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase(),
  );
}
