import { Option, type Command } from 'commander';
import { formatMoney, InputError, visibleText, type JsonObject } from '@counterfoil/core';
import type { CommandContext, PlaceOptions } from '../command-context.ts';
import { placeOf } from '../result/render-detection.ts';
import { withLake } from '../state/operator-session.ts';
import { renderTable } from '../terminal/table.ts';
import { printJson, printLine } from '../terminal/terminal.ts';
import { withExamples, withJson, withPlaces } from './options.ts';

interface FeedbackOptions extends PlaceOptions {
  readonly json?: boolean;
  readonly verdict?: string;
  readonly note?: string;
  readonly until?: string;
  readonly by?: string;
}

/** Feedback as the lake keeps it. */
interface KeptFeedback {
  readonly feedbackId: string;
  readonly verdict: string;
  readonly note: string;
  readonly untilDate: string;
  readonly by: string;
  readonly at: string;
  readonly caseId: string | null;
  readonly signalId: string;
  readonly change: {
    readonly element: Readonly<Record<string, string>>;
    readonly onsetDate: string;
    readonly impactPerDay: { readonly amount: string; readonly currency: string };
  };
  readonly withdrawn: { readonly by: string; readonly at: string } | null;
}

/** `feedback`, `feedback list` and `feedback withdraw`: what people say of anomalies, and what detection goes by. */
export function addFeedbackCommands(program: Command, context: CommandContext): void {
  const feedback = program
    .command('feedback')
    .argument('<case-or-signal>', 'what it is about')
    // Not mandatory for commander, which would then ask for it with `feedback list` too.
    .addOption(
      new Option('--verdict <verdict>', 'what it was (required)').choices([
        'anomaly',
        'not-anomaly',
        'planned',
      ]),
    )
    .enablePositionalOptions()
    .option('--note <text>', 'why')
    .option(
      '--until <date>',
      'last day on which it holds (default: not-anomaly 90 days, planned 30 days from today, anomaly the last day seen)',
    )
    .description(
      'say what an anomaly was; from the next run on detection goes by it. not-anomaly: its like is not alerted. planned: the period becomes planned activity and the new level is accepted. anomaly: its days stay out of what is usual',
    );
  withExamples(withJson(withPlaces(withPerson(feedback))), [
    ['counterfoil feedback case_1 --verdict not-anomaly --note "load test"', ''],
    ['counterfoil feedback case_1 --verdict planned --until 2026-06-30', 'the new level stays'],
    ['counterfoil feedback list', 'who said what, and what still holds'],
    ['counterfoil feedback withdraw feedback_0123456789abcdef', 'take it back'],
  ]).action((subject: string, options: FeedbackOptions) => give(context, subject, options));
  const list = feedback.command('list').description('list feedback, newest first');
  withExamples(withJson(withPlaces(list)), [
    ['counterfoil feedback list --json', 'for a script'],
  ]).action((options: FeedbackOptions) => listAll(context, options));
  const withdraw = feedback
    .command('withdraw')
    .argument('<feedback>', 'its id, from `feedback list`')
    .description('take feedback back; it stays on record');
  withExamples(withJson(withPlaces(withPerson(withdraw))), [
    ['counterfoil feedback withdraw feedback_0123456789abcdef', ''],
  ]).action((feedbackId: string, options: FeedbackOptions) =>
    takeBack(context, feedbackId, options),
  );
}

function withPerson(command: Command): Command {
  return command.option(
    '--by <person>',
    'who says it, as you state it: nothing checks the name (default: the user of this terminal)',
  );
}

function personOf({ terminal }: CommandContext, { by }: FeedbackOptions): string {
  const { environment } = terminal;
  return by ?? environment['USER'] ?? environment['LOGNAME'] ?? 'operator';
}

async function give(
  context: CommandContext,
  subject: string,
  options: FeedbackOptions,
): Promise<void> {
  const { verdict, note, until, json } = options;
  if (verdict === undefined) {
    throw new InputError('VERDICT_MISSING', `say what ${subject} was`, {
      remedy: 'add --verdict anomaly, not-anomaly or planned',
    });
  }
  const request: JsonObject = {
    subject,
    verdict,
    by: personOf(context, options),
    ...(note === undefined ? {} : { note }),
    ...(until === undefined ? {} : { until }),
  };
  await withLake(context, options, async (lake) => {
    const reply = (await lake.ask('feedback', request)) as unknown as KeptFeedback;
    if (json === true) printJson(context.terminal, reply);
    else {
      const { feedbackId, untilDate, change } = reply;
      printLine(
        context.terminal,
        `${feedbackId}: ${placeOf(change.element)} is ${verdict}, until ${untilDate}. The next detection goes by it`,
      );
    }
  });
}

async function listAll(context: CommandContext, options: FeedbackOptions): Promise<void> {
  const { terminal } = context;
  await withLake(context, options, async (lake) => {
    const reply = await lake.ask('feedback/list', {});
    const feedback = reply.feedback as unknown as readonly KeptFeedback[];
    if (options.json === true) printJson(terminal, feedback);
    else if (feedback.length === 0) {
      printLine(
        terminal,
        'No feedback yet. Give some with `counterfoil feedback <case> --verdict …`',
      );
    } else printLine(terminal, renderFeedback(feedback));
  });
}

async function takeBack(
  context: CommandContext,
  feedbackId: string,
  options: FeedbackOptions,
): Promise<void> {
  const { terminal } = context;
  await withLake(context, options, async (lake) => {
    const request = { feedbackId, by: personOf(context, options) };
    const reply = await lake.ask('feedback/withdraw', request);
    if (options.json === true) printJson(terminal, reply);
    else printLine(terminal, `${feedbackId} is withdrawn. The next detection no longer goes by it`);
  });
}

function renderFeedback(feedback: readonly KeptFeedback[]): string {
  const columns = ['ID', 'VERDICT', 'ABOUT', 'FROM', 'UNTIL', 'BY', 'AT', 'STATE'].map((title) => ({
    title,
  }));
  const rows = feedback.map(
    ({ feedbackId, verdict, change, untilDate, by, at, note, withdrawn }) => [
      feedbackId,
      verdict,
      `${placeOf(change.element)}, ${formatMoney(change.impactPerDay)} a day${note === '' ? '' : `: ${visibleText(note)}`}`,
      change.onsetDate,
      untilDate,
      by,
      at,
      withdrawn === null ? 'holds' : `withdrawn by ${withdrawn.by} at ${withdrawn.at}`,
    ],
  );
  return renderTable(columns, rows);
}
