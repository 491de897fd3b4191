import type { Command } from 'commander';
import type { VersionQuality } from '@counterfoil/costs';
import type { CommandContext, PlaceOptions } from '../command-context.ts';
import { renderQuality } from '../result/render-quality.ts';
import { withLake } from '../state/operator-session.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { printJson, printLine } from '../terminal/terminal.ts';
import { withExamples, withJson, withPlaces } from './options.ts';

interface QualityOptions extends PlaceOptions {
  readonly json?: boolean;
}

/** `quality`: how far the newest version can be relied on. */
export function addQualityCommand(program: Command, context: CommandContext): void {
  const quality = program
    .command('quality')
    .description(
      'show how far the newest version can be relied on: tag coverage, FOCUS conformance, completeness, reconciliation; exit code 1 if something lowers it',
    );
  withExamples(withJson(withPlaces(quality)), [
    ['counterfoil quality', 'after an ingest'],
    ['counterfoil quality --json', 'as the report of the ingest has it'],
  ]).action((options: QualityOptions) =>
    withLake(context, options, async (lake) => {
      const answer = (await lake.ask('quality', {})) as unknown as {
        readonly dataVersion: string;
        readonly dataQuality: VersionQuality;
      };
      if (options.json === true) printJson(context.terminal, answer);
      else printLine(context.terminal, renderQuality(answer.dataVersion, answer.dataQuality));
      if (answer.dataQuality.verdict !== 'good') context.finish(EXIT.findings);
    }),
  );
}
