/** How far spellings of a key or value may differ and still be applied: letter by letter, or by their normal form. */
export type Spelling = 'exact' | 'loose';

/** One tag key that charges are allocated by. */
export interface TaxonomyKey {
  readonly key: string;
  /** A charge without a valid value of it is not covered. */
  readonly required: boolean;
  /** Other keys that hold the same, in order of precedence behind the key itself. */
  readonly aliases: readonly string[];
  readonly spelling: Spelling;
  /** Allowed values; empty where any value is. */
  readonly values: readonly string[];
  /** Other spellings of a value. */
  readonly valueAliases: ReadonlyMap<string, readonly string[]>;
}

/** Which charges a rule takes: every condition given must hold, one of the patterns of each. `*` stands for any characters. */
export interface SharedMatch {
  readonly services: readonly string[];
  readonly accounts: readonly string[];
  readonly usageTypes: readonly string[];
  readonly chargeCategories: readonly string[];
  /** Only charges that have no owner of their own. */
  readonly untagged: boolean;
}

/** How a shared cost is split among owners. */
export type SharedSplit =
  | { readonly type: 'even' }
  | { readonly type: 'proportional' }
  | { readonly type: 'fixed'; readonly percents: ReadonlyMap<string, string> }
  | { readonly type: 'metric'; readonly metric: string };

/** A shared cost: which charges it is made of, and how it is split. A charge belongs to the first rule that takes it. */
export interface SharedRule {
  readonly name: string;
  readonly match: SharedMatch;
  readonly split: SharedSplit;
  /** Owners that take part; empty for all who have a direct cost. */
  readonly among: readonly string[];
}

/** What tags mean in an organisation, and how what is shared is split. */
export interface Taxonomy {
  readonly keys: readonly TaxonomyKey[];
  /** Values of a whole account, by account id and key, for charges that carry none themselves. */
  readonly accounts: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Values that say nothing, compared in lower case; a tag that holds one counts as missing. */
  readonly placeholders: readonly string[];
  readonly gatePercent: number;
  /** Whether defaults of accounts count towards the gate. */
  readonly gateOn: 'tagged' | 'allocated';
  readonly shared: readonly SharedRule[];
}

/** What the taxonomy is where nobody wrote one. */
export const TAXONOMY_DEFAULT: Taxonomy = {
  keys: [],
  accounts: new Map(),
  placeholders: ['-', '?', 'n/a', 'na', 'none', 'null', 'tbd', 'undefined', 'unknown', 'untagged'],
  gatePercent: 90,
  gateOn: 'tagged',
  shared: [],
};

/** A taxonomy that asks for these keys and nothing else. */
export function taxonomyOfKeys(
  keys: readonly string[],
  base: Taxonomy = TAXONOMY_DEFAULT,
): Taxonomy {
  const known = new Map(base.keys.map((key) => [key.key, key]));
  const asked = keys.map((key): TaxonomyKey => ({
    ...(known.get(key) ?? plainKey(key)),
    required: true,
  }));
  const others = base.keys.filter(({ key }) => !keys.includes(key));
  return { ...base, keys: [...asked, ...others.map((key) => ({ ...key, required: false }))] };
}

/** A key of which nothing is known but its name. */
export function plainKey(key: string): TaxonomyKey {
  return {
    key,
    required: true,
    aliases: [],
    spelling: 'exact',
    values: [],
    valueAliases: new Map(),
  };
}
