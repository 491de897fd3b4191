import type { Command } from 'commander';
import type { CommandContext, PlaceOptions } from '../command-context.ts';
import { renderDetection } from '../result/render-detection.ts';
import { withLake } from '../state/operator-session.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { startProgress } from '../terminal/progress.ts';
import { note, printJson, printLine } from '../terminal/terminal.ts';
import { withExamples, withJson, withPlaces } from './options.ts';

interface DetectOptions extends PlaceOptions {
  readonly json?: boolean;
}

/** `detect`: the second step of the main job by itself. */
export function addDetectCommand(program: Command, context: CommandContext): void {
  const detect = program
    .command('detect')
    .description(
      'look for cost anomalies in the newest version, by the day and by the hour, going by the planned activities and by feedback; exit code 1 if there are any. Cases are opened by `counterfoil up`',
    );
  withExamples(withJson(withPlaces(detect)), [
    ['counterfoil detect', 'after an ingest'],
    ['counterfoil detect --json', 'with what feedback suppressed and which days were restated'],
  ]).action((options: DetectOptions) => detectAnomalies(context, options));
}

async function detectAnomalies(context: CommandContext, options: DetectOptions): Promise<void> {
  const { terminal } = context;
  await withLake(context, options, async (lake) => {
    const progress = startProgress(terminal, 'Detecting cost anomalies');
    const reply = await lake.detect().catch((error: unknown) => {
      progress.failed();
      throw error;
    });
    progress.done(`Looked at ${reply.seriesCount} series over ${reply.daysCount} days`);
    if (options.json === true) printJson(terminal, reply);
    else {
      printLine(terminal, renderDetection(reply));
      for (const limit of reply.limits) note(terminal, `Note: ${limit}`);
    }
    if (reply.signalsCount > 0) context.finish(EXIT.findings);
  });
}
