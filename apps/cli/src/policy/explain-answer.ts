import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { InputError, type ActionBinding, type PolicyQuestion } from '@counterfoil/core';
import { parseStrictJson, openBinding } from '@counterfoil/guard';
import {
  explain,
  questionOfJson,
  readBase,
  readBundle,
  shown,
  whoCouldApprove,
  type Candidate,
  type Explanation,
} from '@counterfoil/policy';
import type { CommandContext, PlaceOptions } from '../command-context.ts';
import { systemClock } from '../state/operator-store.ts';
import { withOperator, type OperatorSession } from '../state/operator-session.ts';
import { renderTable } from '../terminal/table.ts';
import { coloursOf, printJson, printLine } from '../terminal/terminal.ts';
import { installedPolicies } from './installed-policies.ts';

/** What `policy explain` is told. */
export interface ExplainOptions extends PlaceOptions {
  readonly json?: boolean;
  readonly question?: string;
  /** Directory of the bundle that is asked; absent: the one in effect. */
  readonly policies?: string;
}

/** What is said of one question. */
export interface ExplainedAnswer extends Explanation {
  readonly bundleSha256: string;
  /** Null where nobody can be asked. */
  readonly approvers: readonly Candidate[] | null;
}

/** `policy explain` of an action: the question as the executor put it, answered by the bundle in effect now. */
export async function explainAction(
  context: CommandContext,
  digest: string,
  options: ExplainOptions,
): Promise<void> {
  await withOperator(context, options, async (session) => {
    const row = await session.store.approvals.find(digest);
    const full = row?.digest ?? (/^sha256:[0-9a-f]{64}$/.test(digest) ? digest : null);
    const asked = full && (await session.store.policies.questionAbout(full as `sha256:${string}`));
    if (!asked) {
      throw new InputError('QUESTION_UNKNOWN', `the policies were asked nothing about ${digest}`, {
        remedy: '`counterfoil approvals list --all` shows the digests; give at least eight digits',
      });
    }
    const binding = row && openBinding(row.action.action.bindingText, row.digest);
    const answer = await explainIn(context, session, {
      question: asked.question,
      binding,
      options,
    });
    print(context, answer, options);
  });
}

/** `policy explain --question FILE`: a question of one's own, as changes of the base question. */
export function explainFile(
  context: CommandContext,
  shipped: string,
  options: ExplainOptions,
): void {
  const { workingDirectory } = context;
  const directory = resolve(workingDirectory, options.policies ?? shipped);
  const { bundle } = readBundle(directory);
  const file = resolve(workingDirectory, options.question ?? '');
  const question = readQuestion(file, readBase(directory) ?? readBase(shipped));
  print(
    context,
    { ...explain(bundle, question), bundleSha256: bundle.sha256, approvers: null },
    options,
  );
}

async function explainIn(
  { workingDirectory }: CommandContext,
  session: OperatorSession,
  given: {
    readonly question: PolicyQuestion;
    readonly binding: ActionBinding | null;
    readonly options: ExplainOptions;
  },
): Promise<ExplainedAnswer> {
  const { question, binding, options } = given;
  const kept = await installedPolicies(session);
  const named = options.policies && readBundle(resolve(workingDirectory, options.policies));
  const bundle = named ? named.bundle : kept.bundle;
  const explanation = explain(bundle, question);
  const { decision } = explanation;
  const approvers =
    decision.type === 'require_approval'
      ? whoCouldApprove({
          trust: session.trust,
          registry: await session.registry(),
          requirement: decision.requirement,
          interested: binding ? [binding.proposer, binding.onBehalfOf] : [],
          authors: kept.authors,
          nowMs: systemClock.nowMs(),
        })
      : null;
  return { ...explanation, bundleSha256: bundle.sha256, approvers };
}

function readQuestion(file: string, base: PolicyQuestion | null): PolicyQuestion {
  let value: unknown;
  try {
    value = parseStrictJson(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw unreadable(file, cause instanceof Error ? cause.message : 'unreadable', cause);
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject) throw unreadable(file, 'it is no object');
  return questionOfJson({ ...base, ...(value as Readonly<Record<string, unknown>>) });
}

function unreadable(file: string, problem: string, cause?: unknown): InputError {
  return new InputError('QUESTION_UNREADABLE', `${file}: ${problem}`, {
    cause,
    remedy: 'write a JSON object with the attributes that differ from policies/cases/base.json',
  });
}

function print(context: CommandContext, answer: ExplainedAnswer, { json }: ExplainOptions): void {
  if (json === true) printJson(context.terminal, answer);
  else printLine(context.terminal, render(context, answer));
}

const HEADINGS = {
  allow: 'Allowed: it may run without anybody being asked.',
  deny: 'Denied.',
  require_approval: 'People are asked.',
} as const;

function render({ terminal }: CommandContext, answer: ExplainedAnswer): string {
  const { decision, rules, changes, approvers, bundleSha256 } = answer;
  const { bold } = coloursOf(terminal);
  const why = rules.map(
    ({ policyId, doc }) => `  ${policyId}\n    ${doc || 'says nothing of itself'}`,
  );
  const reason = decision.type === 'deny' && rules.length === 0 ? [`  ${decision.reason}`] : [];
  const whom =
    decision.type === 'require_approval' ? [`  ${requirementText(decision.requirement)}`] : [];
  return [
    bold(HEADINGS[decision.type]),
    ...whom,
    `\n${bold('Why')}`,
    ...(why.length > 0 ? why : reason),
    ...(approvers ? [`\n${bold('Who could approve')}`, renderApprovers(approvers)] : []),
    `\n${bold('What would change it')}`,
    ...renderChanges(answer, changes),
    `\nBundle ${bundleSha256}`,
  ].join('\n');
}

function requirementText({
  roles,
  quorum,
  assurance,
}: {
  readonly roles: readonly string[];
  readonly quorum: number;
  readonly assurance: string;
}): string {
  const who = quorum === 1 ? 'One person' : `${quorum} distinct people`;
  return `${who} with the role ${roles.join(' or ')}, each by ${assurance} at least.`;
}

function renderApprovers(candidates: readonly Candidate[]): string {
  const titles = ['PERSON', 'NAME', 'MAY', 'WHY NOT'].map((title) => ({ title }));
  const rows = candidates.map(({ personId, displayName, status, reason }) => [
    ...[personId, displayName, status === 'may_approve' ? 'yes' : 'no', reason],
  ]);
  return renderTable(titles, rows);
}

function renderChanges(
  { decision }: ExplainedAnswer,
  changes: Explanation['changes'],
): readonly string[] {
  if (decision.type === 'allow') return ['  Nothing needs to.'];
  if (changes.length === 0)
    return ['  No change of one or two things that somebody could bring about.'];
  const becomes = {
    allow: 'It may run',
    require_approval: 'People may be asked',
    deny: '',
  } as const;
  return changes.map(
    (one) =>
      `  ${becomes[one.becomes]} if ${one.changes
        .map(
          ({ attribute, from, to, how }) => `${how} (${attribute}: ${shown(from)} → ${shown(to)})`,
        )
        .join(' and ')}.`,
  );
}
