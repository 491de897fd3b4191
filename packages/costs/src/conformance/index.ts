export * from './check-conformance.ts';
export { parseFocusModel } from './parse-model.ts';
export { strengthOf, type FocusModel, type Keyword, type Strength } from './model.ts';
export type { CriterionVerdict } from './criteria.ts';
export type { NotApplicableReason, Outcome, RuleVerdict, SkipReason, Verdict } from './verdict.ts';
