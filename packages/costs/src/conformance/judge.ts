import { strengthOf, type FocusModel, type Rule, type Strength } from './model.ts';
import { absentColumns, type Measurement } from './measure.ts';
import type { RawTable } from './raw-table.ts';
import type { RuleScope } from './scopes.ts';
import type { Outcome } from './verdict.ts';

/** Everything that the rules of a model are judged by. */
export interface Evidence {
  readonly table: RawTable;
  readonly scopes: ReadonlyMap<string, RuleScope>;
  readonly measured: ReadonlyMap<string, Measurement>;
  /** Rules that belong only to other datasets of the model. */
  readonly foreign: ReadonlySet<string>;
}

type Outcomes = ReadonlyMap<string, Outcome>;

const WEIGHTS: Readonly<Record<Strength, number>> = { may: 0, should: 1, must: 2 };

/**
 * The outcome of every rule: first each by itself, then those that build on something absent are skipped, then composites are put
 * together from their parts, then alternatives that the data did not take are let go.
 */
export function judgeRules(model: FocusModel, evidence: Evidence): Outcomes {
  const alone = new Map<string, Outcome>();
  for (const rule of model.rules.values()) {
    if (rule.requirement.type !== 'rules') alone.set(rule.ruleId, judgeAlone(rule, evidence));
  }
  const first = composeAll(model, evidence, alone);
  const standing = new Map(alone);
  for (const rule of model.rules.values()) {
    const outcome = alone.get(rule.ruleId);
    if (outcome?.verdict !== 'pass' && outcome?.verdict !== 'fail') continue;
    const lacking = rule.dependencies.filter((id) => isAbsent(model.rules.get(id), first.get(id)));
    if (lacking.length > 0) {
      const reason = 'dependency_unmet';
      standing.set(rule.ruleId, { verdict: 'skipped', reason, detail: lacking });
    }
  }
  const composed = composeAll(model, evidence, standing);
  const forgiven = alternativesMet(model, composed);
  return forgiven.size === 0
    ? composed
    : composeAll(model, evidence, new Map([...standing, ...forgiven]));
}

function judgeAlone(rule: Rule, { table, scopes, measured, foreign }: Evidence): Outcome {
  const scope = scopes.get(rule.ruleId);
  const { requirement } = rule;
  if (foreign.has(rule.ruleId)) return skipped('other_dataset');
  if (requirement.type !== 'data') return skipped('not_checkable');
  if (!scope || scope.unmet.length > 0) {
    return notApplicable('criterion_unmet', scope?.unmet ?? []);
  }
  const measurement = measured.get(rule.ruleId);
  if (measurement !== undefined) return judgeRows(rule, measurement);
  const { own, condition } = absentColumns(table, rule, scope);
  if (own.length > 0) return notApplicable('column_absent', own);
  if (condition.length > 0) return skipped('dependency_unmet', condition);
  return judgeHeader(rule, table);
}

function judgeRows(rule: Rule, measurement: Measurement): Outcome {
  const { rowsChecked, rowsViolating, firstRow, firstValue } = measurement;
  if (rowsChecked === 0) return notApplicable('no_row_concerned');
  if (rowsViolating === 0 || strengthOf(rule.keyword) === 'may') {
    return { verdict: 'pass', rowsChecked };
  }
  return { verdict: 'fail', rowsChecked, rowsViolating, firstRow, firstValue, failedParts: [] };
}

/** Rules that read no column are about the header: which columns are present. */
function judgeHeader(rule: Rule, table: RawTable): Outcome {
  const { requirement } = rule;
  const holds = requirement.type === 'data' && headerHolds(requirement.expression, table.header);
  if (holds || strengthOf(rule.keyword) === 'may') return { verdict: 'pass', rowsChecked: null };
  return failed([]);
}

type DataExpression = Extract<Rule['requirement'], { type: 'data' }>['expression'];

function headerHolds(expression: DataExpression, header: readonly string[]): boolean {
  if (expression.type === 'check') {
    return expression.check.type === 'present' && header.includes(expression.check.column);
  }
  const holds = (item: DataExpression) => headerHolds(item, header);
  return expression.of === 'every' ? expression.items.every(holds) : expression.items.some(holds);
}

function composeAll(model: FocusModel, evidence: Evidence, leaves: Outcomes): Outcomes {
  const outcomes = new Map<string, Outcome>();
  const outcomeOf = (rule: Rule): Outcome => {
    const known = outcomes.get(rule.ruleId);
    if (known !== undefined) return known;
    const outcome =
      leaves.get(rule.ruleId) ?? compose(rule, evidence, (id) => partOutcome(model, id, outcomeOf));
    outcomes.set(rule.ruleId, outcome);
    return outcome;
  };
  // In the order of the model, which is the order of the report.
  return new Map([...model.rules.values()].map((rule) => [rule.ruleId, outcomeOf(rule)] as const));
}

interface Part {
  readonly ruleId: string;
  readonly weight: number;
  readonly outcome: Outcome;
}

function partOutcome(
  model: FocusModel,
  ruleId: string,
  outcomeOf: (rule: Rule) => Outcome,
): readonly Part[] {
  const rule = model.rules.get(ruleId);
  if (rule === undefined) return [];
  return [{ ruleId, weight: WEIGHTS[strengthOf(rule.keyword)], outcome: outcomeOf(rule) }];
}

function compose(
  rule: Rule,
  { scopes, measured, foreign }: Evidence,
  partsOf: (ruleId: string) => readonly Part[],
): Outcome {
  if (rule.requirement.type !== 'rules') return skipped('not_checkable');
  if (foreign.has(rule.ruleId)) return skipped('other_dataset');
  const unmet = scopes.get(rule.ruleId)?.unmet ?? [];
  if (unmet.length > 0) return notApplicable('criterion_unmet', unmet);
  const measurement = measured.get(rule.ruleId);
  if (measurement !== undefined) return judgeRows(rule, measurement);
  const parts = rule.requirement.ruleIds.flatMap(partsOf);
  const of = (verdict: Outcome['verdict']) =>
    parts.filter(({ outcome }) => outcome.verdict === verdict);
  // A part that binds less than the whole cannot fail it: a SHOULD within a MUST remains advice.
  const weight = WEIGHTS[strengthOf(rule.keyword)];
  const failing = of('fail').filter((part) => part.weight >= weight);
  const some = rule.requirement.of === 'some' && of('pass').length > 0;
  if (failing.length > 0 && weight > 0 && !some) return failed(failing.map(({ ruleId }) => ruleId));
  if (of('pass').length > 0 || of('fail').length > 0) return { verdict: 'pass', rowsChecked: null };
  if (parts.length > 0 && of('not_applicable').length === parts.length) {
    return absenceOf(parts) ?? notApplicable('no_part_applies');
  }
  return skipped('not_checkable');
}

/** A composite all of whose parts lack their column lacks it too. */
function absenceOf(parts: readonly Part[]): Outcome | null {
  const columns = parts.map(({ outcome }) =>
    outcome.verdict === 'not_applicable' && outcome.reason === 'column_absent'
      ? outcome.detail
      : [],
  );
  return columns.every((names) => names.length > 0)
    ? notApplicable('column_absent', [...new Set(columns.flat())])
    : null;
}

/** Whether a rule says that a column is not there. */
function isAbsent(rule: Rule | undefined, outcome: Outcome | undefined): boolean {
  if (outcome?.verdict === 'not_applicable') return outcome.reason === 'column_absent';
  const presence = rule?.requirement.type === 'data' && rule.kind === 'Presence';
  return presence && outcome?.verdict === 'fail';
}

/** Parts without a condition exclude each other; where the whole is met, those that failed were only the ways not taken. */
function alternativesMet(model: FocusModel, outcomes: Outcomes): Outcomes {
  const met = new Map<string, Outcome>();
  for (const { requirement, ruleId } of model.rules.values()) {
    if (requirement.type !== 'rules' || requirement.of !== 'some') continue;
    if (outcomes.get(ruleId)?.verdict !== 'pass') continue;
    for (const part of requirement.ruleIds) {
      const open = model.rules.get(part)?.condition === null;
      if (open && outcomes.get(part)?.verdict === 'fail') {
        met.set(part, notApplicable('alternative_met', [ruleId]));
      }
    }
  }
  return met;
}

function failed(failedParts: readonly string[]): Outcome {
  const none = { rowsChecked: null, rowsViolating: null, firstRow: null, firstValue: null };
  return { verdict: 'fail', ...none, failedParts };
}

function notApplicable(
  reason: Extract<Outcome, { verdict: 'not_applicable' }>['reason'],
  detail: readonly string[] = [],
): Outcome {
  return { verdict: 'not_applicable', reason, detail };
}

function skipped(
  reason: Extract<Outcome, { verdict: 'skipped' }>['reason'],
  detail: readonly string[] = [],
): Outcome {
  return { verdict: 'skipped', reason, detail };
}
