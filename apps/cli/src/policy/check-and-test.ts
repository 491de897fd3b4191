import { resolve } from 'node:path';
import { InputError } from '@counterfoil/core';
import {
  findSurvivors,
  lintBundle,
  readBase,
  readBundle,
  readCases,
  runCases,
  type CaseResult,
  type LintFinding,
  type MutationReport,
} from '@counterfoil/policy';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { renderTable } from '../terminal/table.ts';
import { coloursOf, printJson, printLine } from '../terminal/terminal.ts';
import { answerText } from './answer-text.ts';

/** What `check` and `test` are told. */
export interface BundleOptions {
  readonly json?: boolean;
  readonly thorough?: boolean;
}

/** `policy check`: parses, validates strictly, and says what an author should look at. */
export function checkDirectory(
  context: CommandContext,
  directory: string,
  { json }: BundleOptions,
): void {
  const { terminal } = context;
  const path = resolve(context.workingDirectory, directory);
  const loaded = readBundle(path);
  const base = readBase(path);
  const findings = base === null ? [] : lintBundle(loaded, { base, cases: readCases(path) });
  const { sha256, policies } = loaded.bundle;
  const problems = findings.filter(({ severity }) => severity === 'problem');
  if (problems.length > 0 || base === null) context.finish(EXIT.findings);
  if (json === true) {
    printJson(terminal, {
      bundleSha256: sha256,
      policies: policies.length,
      hasCases: base !== null,
      findings,
    });
    return;
  }
  printLine(terminal, `${policies.length} policies, valid under their schema. Bundle ${sha256}`);
  if (base === null) {
    printLine(
      terminal,
      'There are no cases: write cases/base.json and cases (policies/README.md).',
    );
    return;
  }
  if (findings.length > 0) printLine(terminal, renderFindings(findings));
  printLine(
    terminal,
    problems.length === 0 ? 'Nothing to correct.' : `${problems.length} to look at.`,
  );
}

function renderFindings(findings: readonly LintFinding[]): string {
  const titles = ['POLICY', 'FINDING', 'WHAT IT MEANS'].map((title) => ({ title }));
  return renderTable(
    titles,
    findings.map(({ policyId, code, note }) => [policyId, code, note]),
  );
}

/** `policy test`: runs the cases; `--thorough` also looks whether they would notice a mistake in each rule. */
export function testDirectory(
  context: CommandContext,
  directory: string,
  { json, thorough }: BundleOptions,
): void {
  const { terminal } = context;
  const path = resolve(context.workingDirectory, directory);
  const loaded = readBundle(path);
  const cases = readCases(path);
  if (cases.length === 0) {
    throw new InputError('POLICY_CASES_MISSING', `${path} has no cases`, {
      remedy: 'write cases/base.json and lists of cases beside it (policies/README.md)',
    });
  }
  const results = runCases(loaded, cases);
  const failed = results.filter(({ status }) => status === 'failed');
  // A bundle that its cases already refuse says nothing by failing them once more.
  const mutation = thorough === true && failed.length === 0 ? findSurvivors(loaded, cases) : null;
  if (failed.length > 0 || (mutation?.survivors.length ?? 0) > 0) context.finish(EXIT.findings);
  const { sha256 } = loaded.bundle;
  if (json === true) {
    printJson(terminal, {
      bundleSha256: sha256,
      passed: results.length - failed.length,
      failed: failed.length,
      mutation,
      results,
    });
    return;
  }
  printLine(terminal, renderFiles(results));
  for (const one of failed) printLine(terminal, renderFailure(context, one));
  const passed = `${results.length - failed.length} of ${results.length} cases pass.`;
  printLine(terminal, `\n${passed} Bundle ${sha256}`);
  if (mutation) printLine(terminal, renderMutation(mutation));
}

function renderFiles(results: readonly CaseResult[]): string {
  const groups = [...Map.groupBy(results, ({ file }) => file)];
  const rows = groups.map(([file, own]) => {
    const failed = own.filter(({ status }) => status === 'failed').length;
    return [file, String(own.length - failed), String(failed)];
  });
  return renderTable(
    [{ title: 'CASES' }, { title: 'PASS', align: 'right' }, { title: 'FAIL', align: 'right' }],
    rows,
  );
}

function renderFailure({ terminal }: CommandContext, result: CaseResult): string {
  const { file, name, expected, answered } = result;
  return [
    `\n${coloursOf(terminal).red('failed')} ${file}: ${name}`,
    `  expected  ${answerText(expected)}`,
    `  answered  ${answerText(answered)}${answered.reason ? ` (${answered.reason})` : ''}`,
  ].join('\n');
}

function renderMutation({ mutants, survivors }: MutationReport): string {
  const lines = survivors.map(({ policyId, change }) => `  ${policyId}: ${change}`);
  const noticed = `${mutants - survivors.length} of ${mutants} mistakes in single rules are noticed.`;
  return [noticed, ...(lines.length > 0 ? ['No case notices:', ...lines] : [])].join('\n');
}
