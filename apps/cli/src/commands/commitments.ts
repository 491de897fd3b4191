import type { Command } from 'commander';
import type { CommitmentsAnswer } from '@counterfoil/costs';
import type { CommandContext, PlaceOptions } from '../command-context.ts';
import { renderCommitments } from '../result/render-commitments.ts';
import { withLake } from '../state/operator-session.ts';
import { printJson, printLine } from '../terminal/terminal.ts';
import { withExamples, withJson, withPlaces } from './options.ts';

interface CommitmentsOptions extends PlaceOptions {
  readonly json?: boolean;
}

/** `commitments`: what commitments cover, how far they are used, when they end and what they save. */
export function addCommitmentsCommand(program: Command, context: CommandContext): void {
  const commitments = program
    .command('commitments')
    .description(
      'show coverage, utilisation and expiry of commitment discounts in the newest version, and the effective savings rate',
    );
  withExamples(withJson(withPlaces(commitments)), [
    ['counterfoil commitments', 'after an ingest'],
    ['counterfoil commitments --json', 'for a script'],
  ]).action((options: CommitmentsOptions) =>
    withLake(context, options, async (lake) => {
      const answer = (await lake.ask('commitments', {})) as unknown as CommitmentsAnswer;
      if (options.json === true) printJson(context.terminal, answer);
      else printLine(context.terminal, renderCommitments(answer));
    }),
  );
}
