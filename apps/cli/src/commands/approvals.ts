import type { Command } from 'commander';
import { InputError, type ReviewStatement } from '@counterfoil/core';
import { checkReview, openBinding, signReview } from '@counterfoil/guard';
import type { ApprovalRow } from '@counterfoil/store';
import type { CommandContext, PlaceOptions } from '../command-context.ts';
import { installedPolicies } from '../policy/installed-policies.ts';
import { readAll } from '../result/read-result.ts';
import { renderApproval } from '../result/render-approval.ts';
import { systemClock } from '../state/operator-store.ts';
import { withOperator, type OperatorSession } from '../state/operator-session.ts';
import { findSigner } from '../state/signer.ts';
import { confirm } from '../terminal/ask.ts';
import { renderTable } from '../terminal/table.ts';
import { note, printJson, printLine } from '../terminal/terminal.ts';
import { withExamples, withJson, withKey, withPlaces } from './options.ts';

interface ApprovalOptions extends PlaceOptions {
  readonly json?: boolean;
  readonly all?: boolean;
  readonly comment?: string;
  readonly key?: string;
  readonly yes?: boolean;
}

/** `approvals list`, `show`, `approve` and `deny`. */
export function addApprovalCommands(program: Command, context: CommandContext): void {
  const approvals = program.command('approvals').description('read and answer approval requests');
  const list = approvals
    .command('list')
    .description('list requests that wait for an answer')
    .option('--all', 'answered and expired ones too');
  withExamples(withJson(withPlaces(list)), [
    ['counterfoil approvals list', 'what waits for you'],
  ]).action((options: ApprovalOptions) =>
    withOperator(context, options, (session) => listApprovals(context, session, options)),
  );
  const show = approvals
    .command('show')
    .argument('<digest>', 'digest, or at least eight of its hex digits')
    .description('show a request as it would be approved: rendered from the bound bytes');
  withExamples(withJson(withPlaces(show)), [
    ['counterfoil approvals show 3fa9c1d2', 'by the start of its digest'],
  ]).action((digest: string, options: ApprovalOptions) =>
    withOperator(context, options, (session) =>
      showApproval(context, session, { digest, json: options.json === true }),
    ),
  );
  addAnswer(approvals, context, 'approve');
  addAnswer(approvals, context, 'deny');
}

function addAnswer(
  approvals: Command,
  context: CommandContext,
  verdict: ReviewStatement['verdict'],
): void {
  const signed = approvals
    .command(verdict)
    .argument('<digest>', 'digest, or at least eight of its hex digits')
    .description(
      `sign ${verdict === 'approve' ? 'an approval' : 'a denial'} of exactly this digest with your key and submit it`,
    );
  const command = withKey(signed)
    .option('--yes', 'do not ask; for scripts that have read the card')
    .option(
      '--comment <text>',
      verdict === 'deny' ? 'why (required)' : 'a remark',
      verdict === 'deny' ? undefined : '',
    );
  withExamples(withJson(withPlaces(command)), [
    verdict === 'approve'
      ? ['counterfoil approvals approve 3fa9c1d2', 'shows the card, asks, signs']
      : ['counterfoil approvals deny 3fa9c1d2 --comment "still needed"', 'one denial decides'],
  ]).action((digest: string, options: ApprovalOptions) =>
    withOperator(context, options, (session) =>
      answer(context, session, { verdict, digest, options }),
    ),
  );
}

async function listApprovals(
  { terminal }: CommandContext,
  { store }: OperatorSession,
  { all, json }: ApprovalOptions,
): Promise<void> {
  const filter = all === true ? 'all' : 'open';
  const rows = await readAll<ApprovalRow>((page) => store.approvals.list({ ...page, filter }));
  if (json === true) {
    printJson(
      terminal,
      rows.map(({ digest, caseId, request, action }) => ({
        digest,
        caseId,
        request,
        status: action.status,
        action,
      })),
    );
    return;
  }
  if (rows.length === 0) {
    printLine(terminal, all === true ? 'No requests.' : 'Nothing waits for approval.');
    return;
  }
  const cells = rows.map(({ digest, caseId, request, action }) => {
    const { kind, account, environment } = action.action.binding;
    return [
      digest.slice(7, 19),
      kind,
      account,
      environment,
      action.status,
      request.deadlineAt,
      caseId,
    ];
  });
  const titles = ['DIGEST', 'ACTION', 'ACCOUNT', 'ENVIRONMENT', 'STATUS', 'ANSWER BY', 'CASE'];
  printLine(
    terminal,
    renderTable(
      titles.map((title) => ({ title })),
      cells,
    ),
  );
}

async function showApproval(
  { terminal }: CommandContext,
  session: OperatorSession,
  { digest, json }: { readonly digest: string; readonly json: boolean },
): Promise<void> {
  const row = await findApproval(session, digest);
  const { bindingText } = row.action.action;
  if (json)
    printJson(terminal, {
      digest: row.digest,
      caseId: row.caseId,
      bindingText,
      request: row.request,
      action: row.action,
    });
  else printLine(terminal, renderApproval(terminal, row));
}

async function findApproval({ store }: OperatorSession, digest: string): Promise<ApprovalRow> {
  const row = await store.approvals.find(digest);
  if (row === null) {
    throw new InputError('APPROVAL_UNKNOWN', `no request has the digest ${digest.slice(0, 80)}`, {
      remedy: '`counterfoil approvals list --all` shows the digests',
    });
  }
  // What is shown and signed is what was bound: the digest is recomputed from the bytes before anything else.
  openBinding(row.action.action.bindingText, row.digest);
  return row;
}

interface Answer {
  readonly verdict: ReviewStatement['verdict'];
  readonly digest: string;
  readonly options: ApprovalOptions;
}

async function answer(
  context: CommandContext,
  session: OperatorSession,
  { verdict, digest, options }: Answer,
): Promise<void> {
  const { terminal, workingDirectory } = context;
  const comment = commentOf(verdict, options);
  const row = await findApproval(session, digest);
  requireOpen(row);
  const registry = await session.registry();
  const signer = findSigner({
    state: session.state,
    workingDirectory,
    keyFile: options.key,
    registry,
  });
  if (verdict === 'approve') await refuseAuthor(session, signer.personId);
  note(terminal, renderApproval(terminal, row));
  note(
    terminal,
    `\nYou sign: ${verdict} ${row.digest} as ${signer.personId} with key ${signer.keyId}`,
  );
  const agreed =
    options.yes === true ||
    (await confirm(terminal, verdict === 'approve' ? 'Approve exactly this?' : 'Deny this?'));
  if (!agreed) {
    note(terminal, 'Nothing was signed.');
    return;
  }
  const { personId, keyId, privateKey } = signer;
  const reviewedAt = new Date(systemClock.nowMs()).toISOString();
  const review = signReview(
    { v: 1, digest: row.digest, verdict, personId, keyId, reviewedAt, comment },
    privateKey,
  );
  const check = checkReview(review, systemClock.nowMs(), registry);
  if (check.type === 'invalid') throw new InputError(check.code, check.note);
  const receipt = await session.store.reviews.submit(review);
  if (options.json === true)
    printJson(terminal, { digest: row.digest, verdict, personId, keyId, ...receipt });
  else {
    const next = session.isUp
      ? 'The executor checks it and decides.'
      : 'The executor checks it and decides when `counterfoil up` runs again.';
    printLine(terminal, `Recorded: ${verdict} by ${personId}. ${next}`);
  }
}

/** An approval that would not count is not taken: who wrote the policies in effect waits a day. */
async function refuseAuthor(session: OperatorSession, personId: string): Promise<void> {
  const { authors } = await installedPolicies(session);
  const nowMs = systemClock.nowMs();
  const author = authors.find((one) => one.personId === personId && nowMs < one.untilMs);
  if (!author) return;
  const until = new Date(author.untilMs).toISOString();
  throw new InputError('POLICY_AUTHOR', `${personId} wrote the policies that are in effect`, {
    remedy: `ask somebody else, or approve from ${until}; denying is possible now`,
  });
}

function commentOf(verdict: Answer['verdict'], { comment = '' }: ApprovalOptions): string {
  if (verdict === 'deny' && comment.trim() === '') {
    throw new InputError('COMMENT_REQUIRED', 'a denial says why', { remedy: 'give --comment "…"' });
  }
  // Signatures cover bytes; the guard takes text in one normal form only.
  return comment.normalize('NFC');
}

function requireOpen({ action, request }: ApprovalRow): void {
  if (action.status !== 'awaiting_approval') {
    throw new InputError('ALREADY_RESOLVED', `this request was resolved: ${action.status}`, {
      remedy: '`counterfoil approvals list` shows the open ones',
    });
  }
  if (systemClock.nowMs() >= Date.parse(request.deadlineAt)) {
    throw new InputError('APPROVAL_EXPIRED', `this request expired at ${request.deadlineAt}`, {
      remedy: 'a new proposal will be made if the anomaly goes on',
    });
  }
}
