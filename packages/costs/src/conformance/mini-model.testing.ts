import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { checkConformance, type ConformanceReport } from './check-conformance.ts';
import { parseFocusModel } from './parse-model.ts';
import type { RuleVerdict } from './verdict.ts';

/** A rule as a model writes it, with what a test does not care about left out. */
export interface WrittenRule {
  readonly keyword?: string;
  readonly reference?: string;
  readonly kind?: string;
  readonly criteria?: readonly string[];
  readonly requirement?: object;
  readonly condition?: object;
  readonly dependencies?: readonly string[];
}

/** The JSON text of a model with these rules, in the shape of the published ones. */
export function modelText(
  rules: Readonly<Record<string, WrittenRule>>,
  datasets: Readonly<Record<string, readonly string[]>> = {
    CostAndUsage: Object.keys(rules).slice(0, 1),
  },
): string {
  const written = Object.entries(rules).map(([ruleId, rule]) => [
    ruleId,
    {
      Function: rule.kind ?? 'Validation',
      Reference: rule.reference ?? 'A',
      EntityType: 'Column',
      Notes: '',
      ModelVersionIntroduced: '0.1',
      Status: 'Active',
      ApplicabilityCriteria: rule.criteria ?? [],
      Type: 'Static',
      ValidationCriteria: {
        MustSatisfy: `${ruleId} holds.`,
        Keyword: rule.keyword ?? 'MUST',
        Requirement: rule.requirement ?? {},
        Condition: rule.condition ?? {},
        Dependencies: rule.dependencies ?? [],
      },
    },
  ]);
  return JSON.stringify({
    Details: { ModelVersion: '0.1', FOCUSVersion: '0.1' },
    ApplicabilityCriteria: { TAGGING_SUPPORTED: { Description: 'Tags' } },
    CheckFunctions: { CheckValue: { Description: '', Arguments: ['ColumnName', 'Value'] } },
    ModelDatasets: Object.fromEntries(
      Object.entries(datasets).map(([name, roots]) => [name, { ModelRules: roots }]),
    ),
    ModelRules: Object.fromEntries(written),
  });
}

/** A folder of a test's own, removed after it. */
export function testFolder(t: Pick<TestContext, 'after'>): string {
  const folder = mkdtempSync(join(tmpdir(), 'cf-conformance-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Holds a file against a model. */
export function judgeFile(
  folder: string,
  file: string,
  text: string,
  criteria?: ReadonlyMap<string, boolean>,
): Promise<ConformanceReport> {
  return checkConformance({
    model: parseFocusModel(text),
    file,
    workDirectory: folder,
    memoryLimitMb: 256,
    ...(criteria === undefined ? {} : { criteria }),
  });
}

/** Holds CSV lines against a model of these rules. */
export async function judgeCsv(
  t: Pick<TestContext, 'after'>,
  lines: readonly string[],
  rules: Readonly<Record<string, WrittenRule>>,
  criteria?: ReadonlyMap<string, boolean>,
): Promise<ConformanceReport> {
  const folder = testFolder(t);
  const file = join(folder, 'bill.csv');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return judgeFile(folder, file, modelText(rules), criteria);
}

/** The verdict on one rule. */
export function verdictOf(report: ConformanceReport, ruleId: string): RuleVerdict {
  const found = report.rules.find((rule) => rule.ruleId === ruleId);
  if (found === undefined) throw new Error(`no rule ${ruleId}`);
  return found;
}
