/** How strongly a rule binds, most first: `must` decides the exit code, `should` is advice, `may` permits and so cannot fail. */
export type Strength = 'must' | 'should' | 'may';

const STRENGTHS = {
  MUST: 'must',
  'MUST NOT': 'must',
  SHOULD: 'should',
  'SHOULD NOT': 'should',
  RECOMMENDED: 'should',
  MAY: 'may',
} as const satisfies Record<string, Strength>;

/** The word of a rule, as the model writes it. */
export type Keyword = keyof typeof STRENGTHS;

/** Whether this is one of the words that the model may use. */
export function isKeyword(text: string): text is Keyword {
  return Object.hasOwn(STRENGTHS, text);
}

/** How strongly a word binds. */
export function strengthOf(keyword: Keyword): Strength {
  return STRENGTHS[keyword];
}

/** Checks of one column that need nothing else. */
export const COLUMN_CHECKS = [
  'CheckDecimalValue',
  'CheckNationalCurrency',
  'TypeDecimal',
  'TypeString',
  'TypeDateTime',
  'FormatDateTime',
  'FormatNumeric',
  'FormatString',
  'FormatUnit',
  'FormatCurrency',
  'FormatKeyValue',
] as const;

export type ColumnCheckFunction = (typeof COLUMN_CHECKS)[number];

/** One test of a row, or of the header; a missing value passes all but the tests for null. */
export type Check =
  | { readonly type: 'present'; readonly column: string }
  | { readonly type: 'column'; readonly function: ColumnCheckFunction; readonly column: string }
  | {
      readonly type: 'value';
      readonly column: string;
      readonly equals: boolean;
      readonly value: string | number | null;
    }
  | { readonly type: 'at_least'; readonly column: string; readonly value: number }
  | {
      readonly type: 'same';
      readonly columns: readonly [string, string];
      readonly equals: boolean;
    }
  | {
      readonly type: 'distinct_count';
      readonly column: string;
      readonly counted: string;
      readonly expected: number;
    }
  | {
      readonly type: 'product';
      readonly factors: readonly [string, string];
      readonly result: string;
    };

/** A condition or a requirement on rows. */
export type Expression =
  | { readonly type: 'check'; readonly check: Check }
  | {
      readonly type: 'combination';
      readonly of: 'every' | 'some';
      readonly items: readonly Expression[];
    };

/** What a rule demands: of the data, of other rules, or nothing that the model could write down. */
export type Requirement =
  | { readonly type: 'data'; readonly expression: Expression }
  | { readonly type: 'rules'; readonly of: 'every' | 'some'; readonly ruleIds: readonly string[] }
  | { readonly type: 'none' };

/** One rule of a requirement model. */
export interface Rule {
  readonly ruleId: string;
  /** Column or attribute that the rule speaks of. */
  readonly reference: string;
  readonly entityType: string;
  /** Kind of rule in the model's words, e.g. `Nullability`. */
  readonly kind: string;
  readonly keyword: Keyword;
  /** The rule in prose. */
  readonly text: string;
  /** All must be met, or the rule does not apply. */
  readonly criteria: readonly string[];
  readonly condition: Expression | null;
  readonly requirement: Requirement;
  readonly dependencies: readonly string[];
}

/** A FOCUS requirement model, checked: every id that it names exists, and composites do not contain themselves. */
export interface FocusModel {
  readonly modelVersion: string;
  readonly focusVersion: string;
  readonly rules: ReadonlyMap<string, Rule>;
  /** Rules that each dataset starts from. */
  readonly datasets: ReadonlyMap<string, readonly string[]>;
  /** Places where the model's own spelling was odd but its meaning plain, and how they were read. */
  readonly notes: readonly string[];
}

/** The columns that an expression reads. */
export function columnsOfExpression(expression: Expression): readonly string[] {
  if (expression.type === 'combination') return expression.items.flatMap(columnsOfExpression);
  const { check } = expression;
  switch (check.type) {
    case 'same':
      return check.columns;
    case 'distinct_count':
      return [check.column, check.counted];
    case 'product':
      return [...check.factors, check.result];
    case 'present':
      return [];
    default:
      return [check.column];
  }
}
