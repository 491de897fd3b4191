import { decimalUnits } from '@counterfoil/core';
import {
  choiceOf,
  fieldsOf,
  problems as noProblems,
  refuseProblems,
  textOf,
  textsOf,
  type Problems,
} from './parsing.ts';
import {
  TAXONOMY_DEFAULT,
  type SharedMatch,
  type SharedRule,
  type SharedSplit,
  type Taxonomy,
  type TaxonomyKey,
} from './taxonomy.ts';

const KEYS_MAX = 50;
const RULES_MAX = 50;
const HUNDRED_PERCENT = decimalUnits('100');
const CATEGORIES = ['Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment'];

/** Reads a taxonomy document (docs/allocation.md). Fails with one `InputError` that names every field that is wrong. */
export function parseTaxonomy(input: unknown): Taxonomy {
  const problems = noProblems();
  const known = ['keys', 'accounts', 'placeholders', 'gatePercent', 'gateOn', 'shared'];
  const root = fieldsOf(input ?? {}, 'taxonomy', { problems, known });
  const keys = parseKeys(root.keys ?? {}, problems);
  const taxonomy: Taxonomy = {
    keys,
    accounts: parseAccounts(root.accounts ?? {}, { keys, problems }),
    placeholders:
      root.placeholders === undefined
        ? TAXONOMY_DEFAULT.placeholders
        : textsOf(root.placeholders, 'placeholders', { problems }).map((text) =>
            text.trim().toLowerCase(),
          ),
    gatePercent: parseGate(root.gatePercent, problems),
    gateOn: choiceOf(root.gateOn, 'gateOn', { problems, choices: ['tagged', 'allocated'] }),
    shared: parseRules(root.shared ?? [], problems),
  };
  refuseProblems(
    problems,
    'TAXONOMY_MALFORMED',
    'correct these fields; docs/allocation.md has them',
  );
  return taxonomy;
}

function parseGate(value: unknown, problems: Problems): number {
  if (value === undefined) return TAXONOMY_DEFAULT.gatePercent;
  // As text where it comes from a file in which every number is read as it is written.
  const percent =
    typeof value === 'string' && /^\d{1,3}(\.\d+)?$/.test(value) ? Number(value) : value;
  if (typeof percent === 'number' && percent >= 0 && percent <= 100) return percent;
  problems.add('gatePercent', 'must be a number from 0 to 100');
  return TAXONOMY_DEFAULT.gatePercent;
}

function parseKeys(input: unknown, problems: Problems): readonly TaxonomyKey[] {
  const entries = Object.entries(fieldsOf(input, 'keys', { problems }));
  if (entries.length > KEYS_MAX) problems.add('keys', `must hold at most ${KEYS_MAX} keys`);
  const keys = entries.map(([name, value]) => parseKey(name, value ?? {}, problems));
  const owners = new Map<string, string>();
  for (const { key, aliases } of keys) {
    for (const spelling of [key, ...aliases]) {
      const owner = owners.get(spelling);
      if (owner !== undefined) {
        problems.add(`keys.${key}`, `"${spelling}" is a spelling of ${owner} already`);
      }
      owners.set(spelling, key);
    }
  }
  return keys;
}

function parseKey(key: string, input: unknown, problems: Problems): TaxonomyKey {
  const at = `keys.${key}`;
  textOf(key, at, { problems, charactersMax: 128 });
  const known = ['required', 'aliases', 'spelling', 'values', 'valueAliases'];
  const fields = fieldsOf(input, at, { problems, known });
  const { required = true } = fields;
  if (typeof required !== 'boolean') problems.add(`${at}.required`, 'must be true or false');
  const values = textsOf(fields.values, `${at}.values`, { problems });
  return {
    key,
    required: required === true,
    aliases: textsOf(fields.aliases, `${at}.aliases`, { problems }),
    spelling: choiceOf(fields.spelling, `${at}.spelling`, {
      problems,
      choices: ['exact', 'loose'],
    }),
    values,
    valueAliases: parseValueAliases(fields.valueAliases ?? {}, { at, values, problems }),
  };
}

function parseValueAliases(
  input: unknown,
  context: { readonly at: string; readonly values: readonly string[]; readonly problems: Problems },
): ReadonlyMap<string, readonly string[]> {
  const { at, values, problems } = context;
  const field = `${at}.valueAliases`;
  const seen = new Map<string, string>();
  return new Map(
    Object.entries(fieldsOf(input, field, { problems })).map(([value, aliases]) => {
      if (values.length > 0 && !values.includes(value)) {
        problems.add(`${field}.${value}`, 'is none of the allowed values');
      }
      const texts = textsOf(aliases, `${field}.${value}`, { problems });
      for (const text of texts) {
        const other = seen.get(text);
        if (other !== undefined)
          problems.add(`${field}.${value}`, `"${text}" means ${other} already`);
        seen.set(text, value);
      }
      return [value, texts] as const;
    }),
  );
}

function parseAccounts(
  input: unknown,
  { keys, problems }: { readonly keys: readonly TaxonomyKey[]; readonly problems: Problems },
): Taxonomy['accounts'] {
  const names = keys.map(({ key }) => key);
  return new Map(
    Object.entries(fieldsOf(input, 'accounts', { problems })).map(([account, defaults]) => {
      const at = `accounts.${account}`;
      const fields = fieldsOf(defaults, at, { problems, known: names });
      const values = Object.entries(fields).map(
        ([key, value]) => [key, textOf(value, `${at}.${key}`, { problems })] as const,
      );
      for (const [key, value] of values) {
        const allowed = keys.find((one) => one.key === key)?.values ?? [];
        if (value !== '' && allowed.length > 0 && !allowed.includes(value)) {
          problems.add(`${at}.${key}`, `"${value}" is none of the allowed values`);
        }
      }
      return [account, new Map(values)] as const;
    }),
  );
}

function parseRules(input: unknown, problems: Problems): readonly SharedRule[] {
  if (!Array.isArray(input) || input.length > RULES_MAX) {
    problems.add('shared', `must be a list of at most ${RULES_MAX} rules`);
    return [];
  }
  const rules = input.map((rule: unknown, at) => parseRule(rule, `shared[${at}]`, problems));
  const names = rules.map(({ name }) => name);
  names.forEach((name, at) => {
    if (names.indexOf(name) !== at) problems.add(`shared[${at}].name`, `"${name}" stands twice`);
  });
  return rules;
}

function parseRule(input: unknown, at: string, problems: Problems): SharedRule {
  const fields = fieldsOf(input, at, { problems, known: ['name', 'match', 'split', 'among'] });
  return {
    name: textOf(fields.name, `${at}.name`, { problems, charactersMax: 80 }),
    match: parseMatch(fields.match ?? {}, `${at}.match`, problems),
    split: parseSplit(fields.split, `${at}.split`, problems),
    among: textsOf(fields.among, `${at}.among`, { problems }),
  };
}

function parseMatch(input: unknown, at: string, problems: Problems): SharedMatch {
  const known = ['services', 'accounts', 'usageTypes', 'chargeCategories', 'untagged'];
  const fields = fieldsOf(input, at, { problems, known });
  const list = (name: string) => textsOf(fields[name], `${at}.${name}`, { problems });
  const { untagged = false } = fields;
  if (typeof untagged !== 'boolean') problems.add(`${at}.untagged`, 'must be true or false');
  const match = {
    services: list('services'),
    accounts: list('accounts'),
    usageTypes: list('usageTypes'),
    chargeCategories: list('chargeCategories'),
    untagged: untagged === true,
  };
  const odd = match.chargeCategories.find((category) => !CATEGORIES.includes(category));
  if (odd !== undefined) {
    problems.add(`${at}.chargeCategories`, `"${odd}" is none of ${CATEGORIES.join(', ')}`);
  }
  if (
    Object.values(match).every(
      (part) => part === false || (Array.isArray(part) && part.length === 0),
    )
  ) {
    problems.add(
      at,
      'takes every charge: give services, accounts, usageTypes, chargeCategories or untagged',
    );
  }
  return match;
}

function parseSplit(input: unknown, at: string, problems: Problems): SharedSplit {
  if (input === 'even' || input === 'proportional') return { type: input };
  const fields = fieldsOf(input, at, { problems, known: ['fixed', 'metric'] });
  if (fields.metric !== undefined && fields.fixed === undefined) {
    return { type: 'metric', metric: textOf(fields.metric, `${at}.metric`, { problems }) };
  }
  if (fields.fixed === undefined || fields.metric !== undefined) {
    problems.add(at, 'must be even, proportional, { fixed: … } or { metric: NAME }');
    return { type: 'even' };
  }
  return { type: 'fixed', percents: parsePercents(fields.fixed, `${at}.fixed`, problems) };
}

function parsePercents(
  input: unknown,
  at: string,
  problems: Problems,
): ReadonlyMap<string, string> {
  const percents = new Map<string, string>();
  let sum = 0n;
  for (const [owner, value] of Object.entries(fieldsOf(input, at, { problems }))) {
    const text = String(value);
    if (!/^\d{1,3}(\.\d{1,9})?$/.test(text)) {
      problems.add(`${at}.${owner}`, 'must be a percentage such as 40 or 12.5');
      continue;
    }
    sum += decimalUnits(text);
    percents.set(owner, text);
  }
  if (sum !== HUNDRED_PERCENT) problems.add(at, 'the percentages must add up to 100 exactly');
  return percents;
}
