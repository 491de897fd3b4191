import { InputError, type DecidedAction, type DecisionMark } from '@counterfoil/core';
import { checkMark, isSampled, judgeMarks, signMark } from '@counterfoil/policy';
import type { CommandContext } from '../command-context.ts';
import { withOperator, type OperatorSession } from '../state/operator-session.ts';
import { systemClock } from '../state/operator-store.ts';
import { renderTable } from '../terminal/table.ts';
import { printJson, printLine } from '../terminal/terminal.ts';
import { askToSign, settingsOf, type AutonomyOptions } from './session.ts';
import { asJson, refused } from './set-level.ts';

/** `decisions sample`: the sampled decisions of closed cases that nobody has judged yet, oldest first. */
export async function showSample(
  context: CommandContext,
  options: AutonomyOptions & { readonly all?: boolean },
): Promise<void> {
  await withOperator(context, options, async (session) => {
    const { windowMs, sampleShare } = settingsOf(context, options);
    const sinceMs = systemClock.nowMs() - windowMs;
    const { autonomy } = session.store;
    const registry = await session.registry();
    const { judged } = judgeMarks(await autonomy.marks(sinceMs), { registry, sampleShare });
    const marks = new Map(judged.map(({ digest, mark }) => [digest, mark]));
    const sample = (await autonomy.decisions(sinceMs))
      .filter((one) => isSampled(one, sampleShare))
      .filter(({ digest }) => options.all === true || !marks.has(digest))
      .map(({ sampleSalt: _, ...one }) => ({ ...one, mark: marks.get(one.digest) ?? null }));
    if (options.json === true) printJson(context.terminal, { sampleShare, decisions: sample });
    else printLine(context.terminal, renderSample(sample));
  });
}

type Sampled = Omit<DecidedAction, 'sampleSalt'> & { readonly mark: DecisionMark | null };

function renderSample(sample: readonly Sampled[]): string {
  if (sample.length === 0) return 'No sampled decision waits to be judged.';
  const titles = [
    'DIGEST',
    'DECIDED',
    'KIND',
    'ENVIRONMENT',
    'ANSWER',
    'NOW',
    'ONE LEVEL UP',
    'MARK',
  ];
  const table = renderTable(
    titles.map((title) => ({ title })),
    sample.map((one) => [
      one.digest.slice(7, 19),
      one.decidedAt,
      one.kind,
      one.environment,
      one.answered,
      one.status,
      one.shadow?.shadowAnswered.split(':')[0] ?? 'the same',
      one.mark ?? '',
    ]),
  );
  return `${table}\n\nLook at its case, then: counterfoil decisions mark DIGEST right|wrong|undone`;
}

/** `decisions mark`: signs a judgement of one decision. */
export async function markDecision(
  context: CommandContext,
  given: { readonly digest: string; readonly mark: string },
  options: AutonomyOptions,
): Promise<void> {
  const mark = markOf(given.mark);
  await withOperator(context, options, async (session) => {
    const { digest, action } = await findAction(session, given.digest);
    const { kind, environment, onBehalfOf, preview } = action.binding;
    const signing = await askToSign(context, session, {
      options,
      shown: [`  ${mark}: ${kind} in ${environment}, ${digest}`, `  ${preview}`],
    });
    if (!signing) return;
    const signed = signMark({ ...signing.fields, digest, mark }, signing.privateKey);
    const registry = await session.registry();
    const check = checkMark(signed, { digest, onBehalfOf }, registry);
    if (check.type === 'invalid') throw refused(check);
    await session.store.autonomy.mark(digest, asJson(signed));
    if (options.json === true) printJson(context.terminal, { digest, mark });
    else printLine(context.terminal, `Marked ${mark}: ${digest}`);
  });
}

async function findAction({ store }: OperatorSession, text: string) {
  const since = (await store.autonomy.decisions(0)).filter(({ digest }) =>
    digest.replace('sha256:', '').startsWith(text.replace('sha256:', '')),
  );
  const [found, ...more] = since;
  const isLong = text.replace('sha256:', '').length >= 8;
  const state = found && isLong && more.length === 0 ? await store.cases.load(found.caseId) : null;
  const entry = state?.actions.find((one) => one.action.digest === found?.digest);
  if (entry) return { digest: entry.action.digest, action: entry.action };
  throw new InputError(
    'DECISION_UNKNOWN',
    `${text} is no decision of a closed case, or not of one alone`,
    {
      remedy:
        'give at least eight digits of a digest; `counterfoil decisions sample --all` lists them',
    },
  );
}

function markOf(text: string): DecisionMark {
  if (text === 'right' || text === 'wrong' || text === 'undone') return text;
  throw new InputError('MARK_UNKNOWN', `there is no mark ${text}`, {
    remedy: 'give right, wrong, or undone for an effect that was taken back',
  });
}
