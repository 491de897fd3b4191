import type { CriterionVerdict } from './criteria.ts';
import type { Expression, FocusModel, Rule } from './model.ts';
import { partsOf } from './parse-model.ts';

/** When a rule applies, with what it inherits from the composites that it is a part of. */
export interface RuleScope {
  /** Names of criteria that are not met; empty where the rule applies. */
  readonly unmet: readonly string[];
  /** Rows that the rule is about; null for all. */
  readonly condition: Expression | null;
}

/** The scope of every rule. A rule that is a part of several composites applies where any of them does. */
export function scopesOf(
  model: FocusModel,
  criteria: ReadonlyMap<string, CriterionVerdict>,
): ReadonlyMap<string, RuleScope> {
  const parents = parentsOf(model);
  const scopes = new Map<string, RuleScope>();
  const scopeOf = (rule: Rule): RuleScope => {
    const known = scopes.get(rule.ruleId);
    if (known !== undefined) return known;
    const inherited = (parents.get(rule.ruleId) ?? []).map(scopeOf);
    const own = rule.criteria.filter((name) => criteria.get(name)?.met !== true);
    const open = inherited.filter(({ unmet }) => unmet.length === 0);
    const closed = inherited.length > 0 && open.length === 0;
    const scope = {
      unmet: [...new Set([...own, ...(closed ? inherited.flatMap(({ unmet }) => unmet) : [])])],
      condition: bothOf(rule.condition, anyOf(open)),
    };
    scopes.set(rule.ruleId, scope);
    return scope;
  };
  for (const rule of model.rules.values()) scopeOf(rule);
  return scopes;
}

function parentsOf(model: FocusModel): ReadonlyMap<string, readonly Rule[]> {
  const parents = new Map<string, Rule[]>();
  for (const rule of model.rules.values()) {
    for (const part of partsOf(rule)) {
      const list = parents.get(part) ?? [];
      list.push(rule);
      parents.set(part, list);
    }
  }
  return parents;
}

function anyOf(scopes: readonly RuleScope[]): Expression | null {
  const conditions = scopes.map(({ condition }) => condition);
  const items = conditions.filter((condition) => condition !== null);
  if (items.length === 0 || items.length < conditions.length) return null;
  return { type: 'combination', of: 'some', items };
}

function bothOf(one: Expression | null, other: Expression | null): Expression | null {
  if (one === null || other === null) return one ?? other;
  return { type: 'combination', of: 'every', items: [one, other] };
}
