import type { Keyword } from './model.ts';

/** Why a rule does not apply to a file. */
export type NotApplicableReason =
  /** A criterion of the rule, or of the composites it belongs to, is not met. */
  | 'criterion_unmet'
  /** The column that the rule is about is not in the file; its presence is judged by a rule of its own. */
  | 'column_absent'
  /** No row meets the rule's condition. */
  | 'no_row_concerned'
  /** One of several ways, of which the data takes others. */
  | 'alternative_met'
  /** A composite of which no part applies. */
  | 'no_part_applies';

/** Why a rule that may apply was not judged. */
export type SkipReason =
  /** The model has no requirement that a program could check. */
  | 'not_checkable'
  /** The rule belongs to another dataset of the model. */
  | 'other_dataset'
  /** A rule that this one builds on has no column to stand on. */
  | 'dependency_unmet';

/** What became of a rule on a file. */
export type Outcome =
  | {
      readonly verdict: 'pass';
      /** Rows that the rule is about; null where it is about the header or other rules. */
      readonly rowsChecked: number | null;
    }
  | {
      readonly verdict: 'fail';
      readonly rowsChecked: number | null;
      /** Rows that violate the rule; null where it is about the header or other rules. */
      readonly rowsViolating: number | null;
      /** First such row, counted from 1 below the header, and its value, cut; both null as above. */
      readonly firstRow: number | null;
      readonly firstValue: string | null;
      /** Rules of a composite that failed it. */
      readonly failedParts: readonly string[];
    }
  | {
      readonly verdict: 'not_applicable';
      readonly reason: NotApplicableReason;
      readonly detail: readonly string[];
    }
  | {
      readonly verdict: 'skipped';
      readonly reason: SkipReason;
      readonly detail: readonly string[];
    };

export type Verdict = Outcome['verdict'];

/** One rule with its outcome. */
export type RuleVerdict = Outcome & {
  readonly ruleId: string;
  readonly reference: string;
  readonly entityType: string;
  readonly kind: string;
  readonly keyword: Keyword;
  readonly text: string;
};
