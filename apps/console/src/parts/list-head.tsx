/** The head of a list: columns of text, and of figures, which stand to the right. */
export function ListHead({
  columns,
}: {
  readonly columns: readonly { readonly label: string; readonly align?: 'figures' }[];
}) {
  return (
    <thead>
      <tr>
        {columns.map(({ label, align }) => (
          <th key={label} scope="col" className={align === 'figures' ? 'number' : undefined}>
            {label}
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** Change per day and percent, as every list of anomalies has them. */
export const ANOMALY_COLUMNS = [
  { label: 'Change per day', align: 'figures' },
  { label: 'Percent', align: 'figures' },
  { label: 'Since' },
] as const;
