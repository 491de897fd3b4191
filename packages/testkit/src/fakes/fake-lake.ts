import {
  decimalUnits,
  type CaseLake,
  type CostAnswer,
  type CostQuery,
  type RootCause,
} from '@counterfoil/core';

/** One row of a bill: FOCUS fields by their query names, `day`, and measures as decimal text. */
export type FakeCostRow = Readonly<Record<string, string>>;

/** A lake that really answers: filters, groups and sums rows in memory, exactly. */
export function createFakeLake(
  rows: readonly FakeCostRow[],
  rootCauses: readonly RootCause[],
): CaseLake {
  let queries = 0;
  const nextId = () => {
    queries += 1;
    return `q${queries}`;
  };
  return {
    async query(_caseId, query) {
      return { ...answer(rows, query), queryId: nextId(), dataVersion: 'v1' };
    },
    async localise() {
      return { queryId: nextId(), causes: rootCauses, leaves: rows.length };
    },
  } satisfies CaseLake;
}

function answer(
  rows: readonly FakeCostRow[],
  query: CostQuery,
): Omit<CostAnswer, 'queryId' | 'dataVersion'> {
  const chosen = rows.filter((row) => isChosen(row, query));
  const groups = Map.groupBy(chosen, (row) =>
    JSON.stringify(query.groupBy.map((name) => row[name] ?? null)),
  );
  const answered = [...groups]
    .toSorted()
    .map(([key, members]) => [
      ...(JSON.parse(key) as (string | null)[]),
      ...query.measures.map((measure) => sum(members.map((row) => row[measure]))),
    ]);
  const rowsMax = query.rowsMax ?? 5000;
  return {
    rowsRead: chosen.length,
    columns: [...query.groupBy, ...query.measures],
    rows: answered.slice(0, rowsMax),
    truncated: answered.length > rowsMax,
  };
}

function isChosen(row: FakeCostRow, { filter, fromDate, toDate }: CostQuery): boolean {
  const day = row['day'] ?? '';
  return (
    day >= fromDate &&
    day < toDate &&
    Object.entries(filter).every(([name, values]) => values?.includes(row[name] ?? '') ?? true)
  );
}

function sum(values: readonly (string | undefined)[]): string | null {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return null;
  const total = known.reduce((units, value) => units + decimalUnits(value), 0n);
  const digits = (total < 0n ? -total : total).toString().padStart(19, '0');
  return `${total < 0n ? '-' : ''}${digits.slice(0, -18)}.${digits.slice(-18)}`;
}
