import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@counterfoil/core';
import { openEngine, type Engine } from '../duck/engine.ts';
import { CRITERIA, CRITERIA_COLUMNS, judgeCriteria, type CriterionVerdict } from './criteria.ts';
import { judgeRules } from './judge.ts';
import { measureRules } from './measure.ts';
import { columnsOfExpression, strengthOf, type FocusModel, type Strength } from './model.ts';
import { partsOf } from './parse-model.ts';
import { loadRawTable, type RawTable } from './raw-table.ts';
import { scopesOf } from './scopes.ts';
import type { RuleVerdict, Verdict } from './verdict.ts';

/** A file to hold against a requirement model. */
export interface ConformanceRequest {
  readonly model: FocusModel;
  readonly file: string;
  /** An existing folder for what does not fit into memory; it is as it was afterwards. */
  readonly workDirectory: string;
  readonly memoryLimitMb: number;
  /** Criteria that the caller knows to be met or not, whatever the rows show. */
  readonly criteria?: ReadonlyMap<string, boolean>;
  /** Judges only so many rows from the start of the file; all where nothing is said. */
  readonly rowsMax?: number;
}

/** How many rules came to each verdict. */
export type VerdictCounts = Readonly<Record<Verdict, number>>;

/** What a requirement model says about a file. */
export interface ConformanceReport {
  readonly file: { readonly name: string; readonly sha256: string };
  readonly model: {
    readonly modelVersion: string;
    readonly focusVersion: string;
    readonly dataset: string;
    readonly rules: number;
    readonly notes: readonly string[];
  };
  readonly rows: number;
  /** Records that could not be split into cells; no rule has seen them. */
  readonly recordsUnreadable: number;
  /** MUST rules that passed, of those that passed or failed, 0 to 1; null where none applied. */
  readonly score: number | null;
  readonly counts: Readonly<Record<Strength, VerdictCounts>>;
  readonly criteria: readonly CriterionVerdict[];
  readonly rules: readonly RuleVerdict[];
}

/**
 * Judges every rule of a requirement model on one file, as it is, before any mapping. Fails with `InputError` where the file
 * cannot be read as a table or a criterion is told that the model does not know.
 */
export async function checkConformance(request: ConformanceRequest): Promise<ConformanceReport> {
  const directory = await mkdtemp(join(request.workDirectory, 'conformance-'));
  const { memoryLimitMb } = request;
  const engine = await openEngine({ spillDirectory: directory, memoryLimitMb });
  try {
    return await check(engine, directory, request);
  } finally {
    engine.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function check(
  engine: Engine,
  directory: string,
  { model, file, criteria: told = new Map(), rowsMax }: ConformanceRequest,
): Promise<ConformanceReport> {
  refuseUnknown(told);
  const table = await loadRawTable(engine, {
    file,
    directory,
    wanted: wantedColumns(model),
    ...(rowsMax === undefined ? {} : { rowsMax }),
  });
  // From here on the queries are made of what the model says.
  await engine.lock([]);
  const dataset = datasetOf(model, table.header);
  const criteria = await judgeCriteria(engine, table, told);
  const scopes = scopesOf(model, criteria);
  const measured = await measureRules(engine, table, model, scopes);
  const foreign = foreignRules(model, dataset);
  const outcomes = judgeRules(model, { table, scopes, measured, foreign });
  const rules = [...model.rules.values()].flatMap((rule): readonly RuleVerdict[] => {
    const { ruleId, reference, entityType, kind, keyword, text } = rule;
    const outcome = outcomes.get(ruleId);
    return outcome === undefined
      ? []
      : [{ ruleId, reference, entityType, kind, keyword, text, ...outcome }];
  });
  return {
    ...summaryOf(model, table, dataset),
    criteria: [...criteria.values()],
    ...score(rules),
    rules,
  };
}

function summaryOf(
  { modelVersion, focusVersion, rules, notes }: FocusModel,
  { name, sha256, rows, recordsUnreadable }: RawTable,
  dataset: string,
): Pick<ConformanceReport, 'file' | 'model' | 'rows' | 'recordsUnreadable'> {
  return {
    file: { name, sha256 },
    model: { modelVersion, focusVersion, dataset, rules: rules.size, notes },
    rows,
    recordsUnreadable,
  };
}

function refuseUnknown(told: ReadonlyMap<string, boolean>): void {
  for (const name of told.keys()) {
    if (CRITERIA.has(name)) continue;
    throw new InputError('CRITERION_UNKNOWN', `there is no applicability criterion "${name}"`, {
      remedy: `name some of ${[...CRITERIA.keys()].join(', ')}`,
    });
  }
}

function wantedColumns(model: FocusModel): ReadonlySet<string> {
  const read = [...model.rules.values()].flatMap(({ requirement, condition }) => [
    ...(requirement.type === 'data' ? columnsOfExpression(requirement.expression) : []),
    ...(condition === null ? [] : columnsOfExpression(condition)),
  ]);
  return new Set([...read, ...CRITERIA_COLUMNS]);
}

/** The rules that a dataset leads to, through parts and dependencies. */
function rulesOfDataset(model: FocusModel, roots: readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [...roots];
  for (let ruleId = open.pop(); ruleId !== undefined; ruleId = open.pop()) {
    const rule = model.rules.get(ruleId);
    if (rule === undefined || reached.has(ruleId)) continue;
    reached.add(ruleId);
    open.push(...partsOf(rule), ...rule.dependencies);
  }
  return reached;
}

/** The dataset of the model most of whose columns the file has. */
function datasetOf(model: FocusModel, header: readonly string[]): string {
  const matches = [...model.datasets].map(([name, roots]) => {
    const references = [...rulesOfDataset(model, roots)].map(
      (ruleId) => model.rules.get(ruleId)?.reference,
    );
    const columns = new Set(references);
    return { name, shared: header.filter((column) => columns.has(column)).length };
  });
  return matches.reduce((best, next) => (next.shared > best.shared ? next : best)).name;
}

/** Rules that only other datasets lead to; those that none leads to hold everywhere. */
function foreignRules(model: FocusModel, dataset: string): ReadonlySet<string> {
  const own = rulesOfDataset(model, model.datasets.get(dataset) ?? []);
  const others = [...model.datasets.values()].flatMap((roots) => [...rulesOfDataset(model, roots)]);
  return new Set(others.filter((ruleId) => !own.has(ruleId)));
}

function score(rules: readonly RuleVerdict[]): Pick<ConformanceReport, 'score' | 'counts'> {
  const zero = () => ({ pass: 0, fail: 0, not_applicable: 0, skipped: 0 });
  const counts = { must: zero(), should: zero(), may: zero() };
  for (const { keyword, verdict } of rules) counts[strengthOf(keyword)][verdict] += 1;
  const { pass, fail } = counts.must;
  return { score: pass + fail === 0 ? null : pass / (pass + fail), counts };
}
