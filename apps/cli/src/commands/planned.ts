import type { Command } from 'commander';
import type { CommandContext, PlaceOptions } from '../command-context.ts';
import { placeOf } from '../result/render-detection.ts';
import { withLake } from '../state/operator-session.ts';
import { renderTable } from '../terminal/table.ts';
import { printJson, printLine } from '../terminal/terminal.ts';
import { withExamples, withJson, withPlaces } from './options.ts';

interface PlannedOptions extends PlaceOptions {
  readonly json?: boolean;
}

/** A planned activity as the lake answers. */
interface Planned {
  readonly name: string;
  readonly element: Readonly<Record<string, string>>;
  readonly fromDate: string;
  readonly toDate: string;
  readonly source: string;
}

/** `planned list`: what is announced, so that it is not investigated. */
export function addPlannedCommands(program: Command, context: CommandContext): void {
  const planned = program.command('planned').description('planned activities');
  const list = planned
    .command('list')
    .description(
      'list what is announced by the configuration, by calendar files and by feedback, as detection reads it; fails if a calendar cannot be read',
    );
  withExamples(withJson(withPlaces(list)), [
    ['counterfoil planned list', 'after editing a calendar'],
    ['counterfoil planned list --json', 'for a script'],
  ]).action((options: PlannedOptions) => listPlanned(context, options));
}

async function listPlanned(context: CommandContext, options: PlannedOptions): Promise<void> {
  const { terminal } = context;
  await withLake(context, options, async (lake) => {
    const reply = await lake.ask('planned', {});
    const planned = reply.planned as unknown as readonly Planned[];
    if (options.json === true) printJson(terminal, planned);
    else if (planned.length === 0) {
      printLine(
        terminal,
        'Nothing is announced. Add `plannedActivities` or `plannedCalendars` to the configuration',
      );
    } else printLine(terminal, renderPlanned(planned));
  });
}

function renderPlanned(planned: readonly Planned[]): string {
  const columns = ['FROM', 'UNTIL BEFORE', 'COVERS', 'SOURCE', 'WHAT'].map((title) => ({ title }));
  const rows = planned.map(({ name, element, fromDate, toDate, source }) => [
    fromDate,
    toDate,
    placeOf(element),
    source,
    name,
  ]);
  return renderTable(columns, rows);
}
