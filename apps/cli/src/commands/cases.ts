import { Option, type Command } from 'commander';
import {
  formatMoney,
  InputError,
  visibleText,
  type CaseEvent,
  type CaseState,
  type RecordedEvent,
} from '@counterfoil/core';
import type { CaseRow } from '@counterfoil/store';
import type { CommandContext, PlaceOptions } from '../command-context.ts';
import { caseResult } from '../result/main-job-result.ts';
import { readAll } from '../result/read-result.ts';
import { renderCase } from '../result/render-case.ts';
import { withOperator, type OperatorSession } from '../state/operator-session.ts';
import { renderTable } from '../terminal/table.ts';
import { coloursOf, printJson, printLine } from '../terminal/terminal.ts';
import { withExamples, withJson, withPlaces } from './options.ts';

interface CasesOptions extends PlaceOptions {
  readonly json?: boolean;
  readonly status?: CaseState['status'];
}

const STATUSES: readonly CaseState['status'][] = [
  'investigating',
  'proposing',
  'deciding',
  'awaiting_approval',
  'executing',
  'verifying',
  'closed',
  'halted',
];

/** `cases list` and `cases show`. */
export function addCaseCommands(program: Command, context: CommandContext): void {
  const cases = program.command('cases').description('read cases and their journals');
  const list = cases
    .command('list')
    .description('list cases, newest first')
    .addOption(new Option('--status <status>', 'only cases of this status').choices(STATUSES));
  withExamples(withJson(withPlaces(list)), [
    ['counterfoil cases list', 'all of them'],
    ['counterfoil cases list --status awaiting_approval --json', 'for a script'],
  ]).action((options: CasesOptions) =>
    withOperator(context, options, (session) => listCases(context, session, options)),
  );
  const show = cases
    .command('show')
    .argument('<case>', 'id of the case')
    .description('show one case: cause, evidence, gaps, proposals and every step with its time');
  withExamples(withJson(withPlaces(show)), [
    ['counterfoil cases show case_8Qx…', 'as text'],
  ]).action((caseId: string, options: CasesOptions) =>
    withOperator(context, options, (session) => showCase(context, session, { caseId, ...options })),
  );
}

async function listCases(
  { terminal }: CommandContext,
  { store }: OperatorSession,
  { status, json }: CasesOptions,
): Promise<void> {
  const filter = status === undefined ? {} : { status };
  const rows = await readAll<CaseRow>((page) => store.cases.list({ ...page, ...filter }));
  if (json === true) {
    printJson(
      terminal,
      rows.map((row) => caseResult(row.state)),
    );
    return;
  }
  if (rows.length === 0) {
    printLine(terminal, 'No cases.');
    return;
  }
  const cells = rows.map(({ caseId, openedAt, state }) => [
    caseId,
    state.status,
    state.conclusion?.causeId ?? '',
    formatMoney(state.signal.anomaly.impactPerDay),
    String(state.actions.length),
    openedAt,
  ]);
  const columns = [
    { title: 'CASE' },
    { title: 'STATUS' },
    { title: 'CAUSE' },
    { title: 'A DAY', align: 'right' as const },
    { title: 'ACTIONS', align: 'right' as const },
    { title: 'OPENED' },
  ];
  printLine(terminal, renderTable(columns, cells));
}

async function showCase(
  { terminal }: CommandContext,
  { store }: OperatorSession,
  { caseId, json }: CasesOptions & { readonly caseId: string },
): Promise<void> {
  const state = await store.cases.load(caseId);
  if (state === null) {
    throw new InputError('CASE_UNKNOWN', `there is no case ${caseId.slice(0, 80)}`, {
      remedy: '`counterfoil cases list` shows the ids',
    });
  }
  const journal = await store.cases.journal(caseId);
  if (json === true) {
    printJson(terminal, { ...caseResult(state), state, journal });
    return;
  }
  printLine(terminal, renderCase(state, coloursOf(terminal)));
  printLine(terminal, renderEvidence(state));
  printLine(terminal, `\nSteps\n${journal.map(renderStep).join('\n')}`);
}

function renderEvidence({ observations, conclusion }: CaseState): string {
  const observed = observations.map(
    ({ observationId, tool, status, finding }) =>
      `  ${observationId} ${tool} (${status}): ${visibleText(finding)}`,
  );
  const gaps = (conclusion?.completeness.gaps ?? []).map(
    ({ tool, code, note }) => `  ! ${tool} ${code}: ${visibleText(note)}`,
  );
  return ['\nObservations', ...observed, ...(gaps.length === 0 ? [] : ['Not seen', ...gaps])].join(
    '\n',
  );
}

function renderStep({ sequence, at, actor, event }: RecordedEvent): string {
  return `  ${String(sequence).padStart(3)}  ${at}  ${actor.padEnd(12)}  ${event.type}${visibleText(detailOf(event))}`;
}

function detailOf(event: CaseEvent): string {
  switch (event.type) {
    case 'tool_called':
      return `  ${event.observation.tool}: ${event.observation.status}`;
    case 'conclusion_reached':
      return `  ${event.conclusion.causeId}`;
    case 'policy_decided':
      return `  ${event.decision.type} by ${event.decision.policyIds.join(', ') || 'no policy'}`;
    case 'approval_resolved':
      return `  ${event.resolution.type}`;
    case 'effect_refused':
      return `  ${event.code}: ${event.reason}`;
    case 'effect_performed':
      return `  ${event.effect.reference}`;
    case 'effect_verified':
      return `  ${event.verification.status}: ${event.verification.note}`;
    case 'case_closed':
    case 'case_halted':
      return `  ${event.reason}`;
    default:
      return '';
  }
}
