import { InputError } from '@counterfoil/core';
import { CRITERIA } from './criteria.ts';
import { isKeyword, type FocusModel, type Keyword, type Rule } from './model.ts';
import { createModelReader, type JsonObject, type ModelReader } from './model-reader.ts';
import { CHECK_FUNCTIONS, parseCondition, parseRequirement } from './parse-expression.ts';

/**
 * Reads a FOCUS requirement model from its JSON text. Fails with `InputError` `MODEL_INVALID`, naming every rule that cannot be
 * evaluated as it stands: an unknown check function, criterion, keyword or rule id, a missing argument, a composite within itself.
 */
export function parseFocusModel(text: string): FocusModel {
  const reader = createModelReader();
  const written = reader.object(parseJson(text), 'model');
  const details = reader.object(written['Details'], 'Details');
  const rules = new Map<string, Rule>();
  for (const [ruleId, rule] of entriesOf(reader, written, 'ModelRules')) {
    rules.set(ruleId, parseRule(reader, ruleId, rule));
  }
  const datasets = new Map<string, readonly string[]>();
  for (const [name, dataset] of entriesOf(reader, written, 'ModelDatasets')) {
    const where = `ModelDatasets.${name}`;
    const { ModelRules: roots } = reader.object(dataset, where);
    datasets.set(name, reader.texts(roots, `${where}.ModelRules`));
  }
  for (const [name] of entriesOf(reader, written, 'CheckFunctions')) {
    if (!CHECK_FUNCTIONS.includes(name)) {
      reader.problem('CheckFunctions', `"${name}" is no check function that is known here`);
    }
  }
  const model: FocusModel = {
    modelVersion: reader.text(details['ModelVersion'], 'Details.ModelVersion'),
    focusVersion: reader.text(details['FOCUSVersion'], 'Details.FOCUSVersion'),
    rules,
    datasets,
    notes: reader.notes,
  };
  checkReferences(reader, model);
  reader.finish();
  return model;
}

function parseJson(text: string): unknown {
  try {
    // A byte order mark is no JSON, but editors leave it.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new InputError('MODEL_INVALID', `the requirement model is no JSON: ${String(cause)}`, {
      cause,
      remedy: 'give the JSON file of a FOCUS requirement model',
    });
  }
}

function entriesOf(
  reader: ModelReader,
  written: JsonObject,
  name: string,
): readonly (readonly [string, unknown])[] {
  const entries = Object.entries(reader.object(written[name], name));
  if (entries.length === 0) reader.problem(name, 'must not be empty');
  return entries;
}

function parseRule(reader: ModelReader, ruleId: string, value: unknown): Rule {
  const written = reader.object(value, ruleId);
  const validation = reader.object(written['ValidationCriteria'], `${ruleId}.ValidationCriteria`);
  const criteria = reader.texts(
    written['ApplicabilityCriteria'],
    `${ruleId}.ApplicabilityCriteria`,
  );
  for (const name of criteria) {
    if (!CRITERIA.has(name)) reader.problem(ruleId, `"${name}" is no criterion that is known here`);
  }
  return {
    ruleId,
    reference: reader.text(written['Reference'], `${ruleId}.Reference`),
    entityType: reader.text(written['EntityType'], `${ruleId}.EntityType`),
    kind: reader.text(written['Function'], `${ruleId}.Function`),
    keyword: keywordOf(reader, ruleId, validation['Keyword']),
    text: reader.text(validation['MustSatisfy'], `${ruleId}.MustSatisfy`),
    criteria,
    condition: parseCondition(reader, validation['Condition'], `${ruleId}.Condition`),
    requirement: parseRequirement(reader, validation['Requirement'], `${ruleId}.Requirement`),
    dependencies: reader.texts(validation['Dependencies'], `${ruleId}.Dependencies`),
  };
}

function keywordOf(reader: ModelReader, ruleId: string, value: unknown): Keyword {
  const keyword = reader.text(value, `${ruleId}.Keyword`);
  if (isKeyword(keyword)) return keyword;
  if (keyword !== '') reader.problem(ruleId, `"${keyword}" is no keyword`);
  return 'MUST';
}

/** The rules that a rule is composed of. */
export function partsOf(rule: Rule): readonly string[] {
  return rule.requirement.type === 'rules' ? rule.requirement.ruleIds : [];
}

function checkReferences(reader: ModelReader, { rules, datasets }: FocusModel): void {
  const known = (ruleId: string, where: string) => {
    if (ruleId !== '' && !rules.has(ruleId)) reader.problem(where, `there is no rule "${ruleId}"`);
  };
  for (const [name, roots] of datasets) {
    for (const root of roots) known(root, `ModelDatasets.${name}`);
  }
  const settled = new Set<string>();
  const visit = (ruleId: string, path: ReadonlySet<string>) => {
    if (path.has(ruleId)) {
      reader.problem(ruleId, 'is composed of itself');
      return;
    }
    if (settled.has(ruleId)) return;
    settled.add(ruleId);
    const rule = rules.get(ruleId);
    for (const part of rule === undefined ? [] : partsOf(rule)) {
      visit(part, new Set([...path, ruleId]));
    }
  };
  for (const rule of rules.values()) {
    for (const part of [...partsOf(rule), ...rule.dependencies]) known(part, rule.ruleId);
    visit(rule.ruleId, new Set());
  }
}
