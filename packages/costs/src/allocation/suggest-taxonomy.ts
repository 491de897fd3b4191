import type { ScopedLake } from '../query/lake-version.ts';
import { queryIdOf } from '../query/run-query.ts';
import { amountText } from '../query/amounts.ts';
import { unitsOf } from './amounts.ts';
import { spanSql } from './charge-class.ts';
import { normalForm, sameReason, type SameReason } from './normal-form.ts';
import type { Extent } from './period.ts';
import type { Taxonomy } from './taxonomy.ts';

/** Money in one currency. */
export interface CurrencyCost {
  readonly currency: string;
  readonly cost: string;
}

/** One spelling found in the data, with what hangs on it. */
export interface SpellingFound {
  readonly text: string;
  readonly costs: readonly CurrencyCost[];
  readonly rows: number;
  /** Why it is taken for the canonical spelling. */
  readonly reason: SameReason;
}

/** Spellings that are probably one key, or one value of a key. */
export interface TaxonomySuggestion {
  readonly type: 'key' | 'value';
  readonly key: string;
  /** The spelling to keep: the taxonomy's own, else the one with the most rows. */
  readonly canonical: string;
  readonly canonicalCosts: readonly CurrencyCost[];
  readonly canonicalRows: number;
  /** Most rows first. */
  readonly spellings: readonly SpellingFound[];
  /** `sure` where only case, separators or a plural differ. */
  readonly confidence: 'sure' | 'look';
}

/** What a taxonomy could hold beyond what it holds. Nothing is applied. */
export interface SuggestAnswer {
  readonly queryId: string;
  readonly dataVersion: string;
  readonly rowsRead: number;
  readonly basis: Extent['basis'];
  readonly fromDate: string;
  readonly toDate: string;
  readonly keysRead: number;
  /** Most rows behind the spellings first. */
  readonly suggestions: readonly TaxonomySuggestion[];
  /** Keys whose values were too many to be compared: identifiers, not a vocabulary. */
  readonly keysNotCompared: readonly string[];
}

/** Keys beyond so many, by rows, are not compared. */
const KEYS_MAX = 500;
/** A key with more values is a name or an identifier. */
const VALUES_MAX = 1_000;

interface Seen {
  readonly text: string;
  readonly costs: readonly CurrencyCost[];
  readonly rows: number;
}

/**
 * Finds tag keys and values that are probably one spelled in several ways: case, separators, plurals, usual abbreviations, typing
 * slips within a bounded distance. The same data give the same suggestions.
 */
export async function suggestTaxonomy(
  lake: ScopedLake,
  { extent, taxonomy }: { readonly extent: Extent; readonly taxonomy: Taxonomy },
): Promise<SuggestAnswer> {
  const { keys, rowsRead } = await readKeys(lake, extent);
  const known = new Map(taxonomy.keys.map((key) => [key.key, key.aliases]));
  const keySuggestions = suggestionsOf(keys.slice(0, KEYS_MAX), known).map(
    (found): TaxonomySuggestion => ({ type: 'key', key: found.canonical, ...found }),
  );
  const names = new Map<string, string>();
  for (const [key, aliases] of known) for (const text of [key, ...aliases]) names.set(text, key);
  for (const { key, spellings } of keySuggestions) {
    for (const { text } of spellings) names.set(text, key);
  }
  const { values, tooMany } = await readValues(lake, extent, { keys, names });
  const valueSuggestions = [...values].flatMap(([key, seen]) => {
    const own = taxonomy.keys.find((one) => one.key === key);
    const vocabulary = new Map(
      (own?.values ?? []).map((value) => [value, [] as readonly string[]]),
    );
    for (const [value, aliases] of own?.valueAliases ?? []) vocabulary.set(value, aliases);
    return suggestionsOf(seen, vocabulary).map((found): TaxonomySuggestion => ({
      type: 'value',
      key,
      ...found,
    }));
  });
  return {
    queryId: queryIdOf(
      { suggestTaxonomy: extent, keys: [...known] },
      lake.accounts,
      lake.dataVersion,
    ),
    dataVersion: lake.dataVersion,
    rowsRead,
    ...extent,
    keysRead: keys.length,
    suggestions: [...keySuggestions, ...valueSuggestions],
    keysNotCompared: tooMany,
  };
}

async function readKeys(
  lake: ScopedLake,
  extent: Extent,
): Promise<{ readonly keys: readonly Seen[]; readonly rowsRead: number }> {
  const span = spanSql(extent);
  const rows = await lake.rows.rows({
    sql: `${span.sql} SELECT key, BillingCurrency, sum(cost) FILTER (class = 'taggable')::VARCHAR, count(*)
      FROM (SELECT unnest(coalesce(nullif(map_keys(Tags), []), [NULL])) AS key, BillingCurrency, cost, class FROM span)
      GROUP BY ALL ORDER BY ALL NULLS FIRST`,
    parameters: span.parameters,
  });
  const [counted] = await lake.rows.rows({
    sql: `${span.sql} SELECT count(*) FROM span`,
    parameters: span.parameters,
  });
  const keys = rows.filter(([key]) => key !== null);
  return {
    keys: seenOf(keys.map(([key, currency, cost, count]) => [key, currency, cost, count])),
    rowsRead: Number(counted?.[0] ?? 0),
  };
}

async function readValues(
  lake: ScopedLake,
  extent: Extent,
  context: { readonly keys: readonly Seen[]; readonly names: ReadonlyMap<string, string> },
): Promise<{
  readonly values: ReadonlyMap<string, readonly Seen[]>;
  readonly tooMany: readonly string[];
}> {
  const span = spanSql(extent);
  const { names } = context;
  const renamed = [...names].map(([raw, value]) => ({ raw, value }));
  const rows = await lake.rows.rows({
    sql: `${span.sql}, names AS (
        SELECT pair.raw AS raw, pair.value AS value FROM (SELECT unnest(from_json(?, '[{"raw":"VARCHAR","value":"VARCHAR"}]')) AS pair)
      ), entries AS (
        SELECT coalesce(names.value, entry.key) AS key, trim(entry.value) AS value, BillingCurrency, cost
        FROM (SELECT unnest(map_entries(Tags)) AS entry, BillingCurrency, cost FROM span WHERE class = 'taggable')
        LEFT JOIN names ON names.raw = entry.key WHERE trim(entry.value) <> ''
      ), few AS (SELECT key, count(DISTINCT value) AS kinds FROM entries GROUP BY key)
      SELECT entries.key, CASE WHEN kinds <= ${VALUES_MAX} THEN value END AS text, BillingCurrency, sum(cost)::VARCHAR, count(*)
      FROM entries JOIN few ON few.key = entries.key GROUP BY ALL ORDER BY ALL NULLS FIRST`,
    parameters: [...span.parameters, JSON.stringify(renamed)],
  });
  const byKey = Map.groupBy(rows, ([key]) => key ?? '');
  const values = new Map<string, readonly Seen[]>();
  const tooMany: string[] = [];
  for (const [key, ofKey] of byKey) {
    if (ofKey.some(([, text]) => text === null)) tooMany.push(key);
    else values.set(key, seenOf(ofKey.map(([, ...row]) => row)));
  }
  return { values, tooMany };
}

/** Rows of text, currency, cost and count as spellings, most rows first. */
function seenOf(rows: readonly (readonly (string | null | undefined)[])[]): readonly Seen[] {
  const byText = Map.groupBy(rows, ([text]) => text ?? '');
  return [...byText]
    .map(([text, own]) => ({
      text,
      costs: own.map(([, currency, cost]) => ({
        currency: currency ?? '',
        cost: amountText(unitsOf(cost)),
      })),
      rows: own.reduce((sum, [, , , count]) => sum + Number(count), 0),
    }))
    .toSorted((a, b) => b.rows - a.rows || (a.text < b.text ? -1 : 1));
}

type Suggested = Omit<TaxonomySuggestion, 'type' | 'key'>;

/** Each spelling joins the first canonical one that it resembles; those of the taxonomy come first, then the most used. */
function suggestionsOf(
  seen: readonly Seen[],
  known: ReadonlyMap<string, readonly string[]>,
): readonly Suggested[] {
  const settled = new Set([...known.values()].flat());
  const open = seen.filter(({ text }) => !known.has(text) && !settled.has(text));
  const canonical: Seen[] = [...known.keys()].map(
    (text) => seen.find((one) => one.text === text) ?? { text, costs: [], rows: 0 },
  );
  const byForm = new Map(canonical.toReversed().map((one) => [normalForm(one.text), one]));
  const members = new Map<Seen, SpellingFound[]>();
  for (const one of open) {
    const same = byForm.get(normalForm(one.text));
    const near = same ?? canonical.find(({ text }) => sameReason(text, one.text) !== null);
    const reason = near === undefined ? null : sameReason(near.text, one.text);
    if (near === undefined || reason === null) {
      canonical.push(one);
      byForm.set(normalForm(one.text), one);
      continue;
    }
    members.set(near, [...(members.get(near) ?? []), { ...one, reason }]);
  }
  return [...members]
    .map(([kept, spellings]) => suggested(kept, spellings))
    .toSorted((a, b) => rowsOf(b) - rowsOf(a) || (a.canonical < b.canonical ? -1 : 1));
}

function suggested(kept: Seen, spellings: readonly SpellingFound[]): Suggested {
  const sure = ({ reason }: SpellingFound) => reason === 'case_or_separator' || reason === 'plural';
  return {
    canonical: kept.text,
    canonicalCosts: kept.costs,
    canonicalRows: kept.rows,
    spellings,
    confidence: spellings.every(sure) ? 'sure' : 'look',
  };
}

function rowsOf({ spellings }: Suggested): number {
  return spellings.reduce((sum, { rows }) => sum + rows, 0);
}

/** The suggestions as lines of a taxonomy file, for a person to take over; those to look at are commented with their reason. */
export function taxonomyLines({ suggestions }: Pick<SuggestAnswer, 'suggestions'>): string {
  const text = (value: string) => JSON.stringify(value);
  const listOf = (spellings: readonly SpellingFound[]) =>
    `[${spellings.map((spelling) => text(spelling.text)).join(', ')}]${commentOf(spellings)}`;
  const lines = ['keys:'];
  for (const [key, own] of Map.groupBy(suggestions, (suggestion) => suggestion.key)) {
    lines.push(`  ${text(key)}:`);
    for (const { spellings } of own.filter(({ type }) => type === 'key')) {
      lines.push(`    aliases: ${listOf(spellings)}`);
    }
    const values = own.filter(({ type }) => type === 'value');
    if (values.length > 0) lines.push('    valueAliases:');
    for (const { canonical, spellings } of values) {
      lines.push(`      ${text(canonical)}: ${listOf(spellings)}`);
    }
  }
  return suggestions.length === 0 ? 'keys: {}\n' : `${lines.join('\n')}\n`;
}

function commentOf(spellings: readonly SpellingFound[]): string {
  const reasons = [...new Set(spellings.map(({ reason }) => reason))].filter(
    (reason) => reason === 'typo' || reason === 'abbreviation',
  );
  return reasons.length === 0 ? '' : ` # look: ${reasons.join(', ')}`;
}
