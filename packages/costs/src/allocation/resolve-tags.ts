import type { ScopedLake } from '../query/lake-version.ts';
import type { Fragment } from '../query/dimensions.ts';
import { spanSql } from './charge-class.ts';
import { normalForm } from './normal-form.ts';
import type { Extent } from './period.ts';
import type { Taxonomy, TaxonomyKey } from './taxonomy.ts';

/** A key with every spelling of it that these charges hold, the first one given going before the others. */
interface SpelledKey {
  readonly key: TaxonomyKey;
  readonly spellings: readonly string[];
  /** Raw values that mean another value, or none that is allowed. */
  readonly values: readonly { readonly raw: string; readonly value: string | null }[];
}

/** Charges whose tags have been read by a taxonomy. */
export interface TaggedCharges {
  readonly keys: readonly TaxonomyKey[];
  /**
   * CTEs up to `tagged`: the columns of `span`, and for each key by its place `t0`, `t1`, … the value of the tag, `d0`, … that of the
   * tag or else of the account, and `bad0`, … whether there is a tag whose value is not allowed.
   */
  readonly sql: Fragment;
}

/** Reads the tags of an extent by a taxonomy: aliases, allowed values and their aliases, defaults of accounts. */
export async function resolveTags(
  lake: ScopedLake,
  extent: Extent,
  { keys, taxonomy }: { readonly keys: readonly TaxonomyKey[]; readonly taxonomy: Taxonomy },
): Promise<TaggedCharges> {
  const spelled: SpelledKey[] = [];
  const keysInData = keys.some(({ spelling }) => spelling === 'loose')
    ? await tagKeysOf(lake, extent)
    : [];
  for (const key of keys) {
    const spellings = spellingsOf(key, keysInData);
    const values = hasValueRules(key)
      ? meaningsOf(key, await rawValuesOf(lake, extent, { spellings, taxonomy }))
      : [];
    spelled.push({ key, spellings, values });
  }
  return { keys, sql: taggedSql(extent, spelled, taxonomy) };
}

function hasValueRules({ values, valueAliases }: TaxonomyKey): boolean {
  return values.length > 0 || valueAliases.size > 0;
}

async function tagKeysOf(lake: ScopedLake, extent: Extent): Promise<readonly string[]> {
  const span = spanSql(extent);
  const rows = await lake.rows.rows({
    sql: `${span.sql} SELECT DISTINCT unnest(map_keys(Tags)) AS key FROM span ORDER BY key`,
    parameters: span.parameters,
  });
  return rows.map(([key]) => key ?? '');
}

function spellingsOf(key: TaxonomyKey, keysInData: readonly string[]): readonly string[] {
  const named = [key.key, ...key.aliases];
  if (key.spelling === 'exact') return named;
  const forms = new Set(named.map(normalForm));
  return [...new Set([...named, ...keysInData.filter((text) => forms.has(normalForm(text)))])];
}

async function rawValuesOf(
  lake: ScopedLake,
  extent: Extent,
  { spellings, taxonomy }: { readonly spellings: readonly string[]; readonly taxonomy: Taxonomy },
): Promise<readonly string[]> {
  const span = spanSql(extent);
  const raw = rawValueSql(spellings, taxonomy);
  const rows = await lake.rows.rows({
    sql: `${span.sql} SELECT DISTINCT ${raw.sql} AS raw FROM span ORDER BY raw`,
    parameters: [...span.parameters, ...raw.parameters],
  });
  return rows.flatMap(([text]) => (text === null || text === undefined ? [] : [text]));
}

/** What the raw values mean, where they mean anything but themselves. */
function meaningsOf(key: TaxonomyKey, raws: readonly string[]): SpelledKey['values'] {
  const { values, valueAliases, spelling } = key;
  const known = new Map<string, string>();
  for (const value of values) known.set(value, value);
  for (const [value, aliases] of valueAliases) for (const alias of aliases) known.set(alias, value);
  const forms = new Map<string, string>();
  if (spelling === 'loose') {
    for (const [text, value] of [...known].toReversed()) forms.set(normalForm(text), value);
  }
  return raws.flatMap((raw) => {
    const value = known.get(raw) ?? forms.get(normalForm(raw)) ?? (values.length > 0 ? null : raw);
    return value === raw ? [] : [{ raw, value }];
  });
}

function taggedSql(extent: Extent, spelled: readonly SpelledKey[], taxonomy: Taxonomy): Fragment {
  const span = spanSql(extent);
  const raws = spelled.map(({ spellings }) => rawValueSql(spellings, taxonomy));
  const columns = spelled.flatMap((_, at) => [
    `CASE WHEN m${at}.raw IS NULL THEN r${at} ELSE m${at}.value END AS t${at}`,
    `coalesce(CASE WHEN m${at}.raw IS NULL THEN r${at} ELSE m${at}.value END, a${at}.value) AS d${at}`,
    `m${at}.raw IS NOT NULL AND m${at}.value IS NULL AS bad${at}`,
  ]);
  const joins = spelled.map(
    (_, at) => `LEFT JOIN (${PAIRS}) AS m${at} ON m${at}.raw = r${at}
      LEFT JOIN (${PAIRS}) AS a${at} ON a${at}.raw = SubAccountId`,
  );
  return {
    sql: `${span.sql}, raw AS (SELECT span.*${raws.map(({ sql }, at) => `, ${sql} AS r${at}`).join('')} FROM span),
      tagged AS (SELECT raw.*${columns.map((column) => `, ${column}`).join('')} FROM raw ${joins.join('\n')})`,
    parameters: [
      ...span.parameters,
      ...raws.flatMap(({ parameters }) => parameters),
      ...spelled.flatMap(({ key, values }) => [
        JSON.stringify(values),
        JSON.stringify(defaultsOf(key, taxonomy)),
      ]),
    ],
  };
}

/** Rows `raw`, `value` of a JSON list that is a parameter. */
const PAIRS = `SELECT pair.raw AS raw, pair.value AS value FROM (SELECT unnest(from_json(?, '[{"raw":"VARCHAR","value":"VARCHAR"}]')) AS pair)`;

function defaultsOf({ key }: TaxonomyKey, { accounts }: Taxonomy): SpelledKey['values'] {
  return [...accounts].flatMap(([raw, values]) => {
    const value = values.get(key);
    return value === undefined ? [] : [{ raw, value }];
  });
}

/** The first spelling of a key that holds more than a placeholder. */
function rawValueSql(spellings: readonly string[], { placeholders }: Taxonomy): Fragment {
  const silent = ['', ...placeholders];
  // A list of constants is looked up as it stands; as one JSON parameter it would be parsed again for every charge.
  const marks = silent.map(() => '?').join(', ');
  const one = `CASE WHEN lower(trim(map_extract_value(Tags, ?))) NOT IN (${marks}) THEN trim(map_extract_value(Tags, ?)) END`;
  return {
    sql: `coalesce(${spellings.map(() => one).join(', ')}, NULL)`,
    parameters: spellings.flatMap((key) => [key, ...silent, key]),
  };
}
