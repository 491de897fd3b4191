import type { Command } from 'commander';
import { defaultConfiguration } from '@counterfoil/config';
import { readReport } from '../autonomy/session.ts';
import { isAlarming } from '../autonomy/show.ts';
import {
  loadConfiguration,
  stateDirectoryOf,
  type CommandContext,
  type LoadedConfiguration,
  type PlaceOptions,
} from '../command-context.ts';
import { examine, type Finding } from '../state/examine.ts';
import { withOperator } from '../state/operator-session.ts';
import { lockHolder } from '../supervisor/directory-lock.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { errorReport } from '../terminal/report-error.ts';
import { coloursOf, printJson, printLine, type Terminal } from '../terminal/terminal.ts';
import { withExamples, withJson, withPlaces } from './options.ts';

interface DoctorOptions extends PlaceOptions {
  readonly json?: boolean;
}

/** `doctor`: says what is missing on this machine, and for what. */
export function addDoctorCommand(program: Command, context: CommandContext): void {
  const doctor = program
    .command('doctor')
    .description(
      'look at this machine and say what is missing and what to do; exit code 1 if something needed is',
    );
  withExamples(withJson(withPlaces(doctor)), [['counterfoil doctor', '']]).action(
    (options: DoctorOptions) => diagnose(context, options),
  );
}

async function diagnose(context: CommandContext, options: DoctorOptions): Promise<void> {
  const { terminal } = context;
  const { loaded, finding } = configurationOrDefault(context, options);
  const state = stateDirectoryOf(context, options, loaded);
  const findings = [
    finding,
    ...(await examine(state, loaded.configuration, terminal.environment)),
    ...(lockHolder(state.lockFile) === null
      ? []
      : [await logFinding(context, options), await autonomyFinding(context, options)]),
  ];
  if (options.json === true) printJson(terminal, findings);
  else for (const found of findings) printLine(terminal, render(terminal, found));
  if (findings.some(({ status }) => status === 'missing')) context.finish(EXIT.findings);
}

/** What a running installation's log keeps out because nobody can read it. */
async function logFinding(context: CommandContext, options: DoctorOptions): Promise<Finding> {
  const name = 'log entries';
  try {
    let count = 0;
    await withOperator(context, options, async ({ store }) => {
      count = (await store.log.quarantined()).length;
    });
    if (count === 0) return { name, status: 'ok', note: 'all can be read', remedy: null };
    const note = `${count} leaves that nobody can read stay out of the log`;
    const remedy =
      'see them with counterfoil log quarantine, and find out which process wrote them';
    return { name, status: 'missing', note, remedy };
  } catch (error) {
    const { message, remedy } = errorReport(error);
    return { name, status: 'missing', note: message, remedy };
  }
}

/** Whether a level of autonomy fell, or a circuit breaker is open. */
async function autonomyFinding(context: CommandContext, options: DoctorOptions): Promise<Finding> {
  const name = 'autonomy';
  try {
    let isDown = false;
    await withOperator(context, options, async (session) => {
      isDown = isAlarming(await readReport(context, options, session));
    });
    if (!isDown)
      return { name, status: 'ok', note: 'nothing fell, no breaker is open', remedy: null };
    const note = 'a level fell, or a circuit breaker is open';
    return { name, status: 'optional', note, remedy: 'see why with counterfoil autonomy show' };
  } catch (error) {
    const { message, remedy } = errorReport(error);
    return { name, status: 'missing', note: message, remedy };
  }
}

function configurationOrDefault(
  context: CommandContext,
  options: DoctorOptions,
): { readonly loaded: LoadedConfiguration; readonly finding: Finding } {
  try {
    const loaded = loadConfiguration(context, options);
    const note = loaded.file ?? 'none: the defaults hold';
    return { loaded, finding: { name: 'configuration', status: 'ok', note, remedy: null } };
  } catch (error) {
    const { message, remedy } = errorReport(error);
    return {
      loaded: { configuration: defaultConfiguration(), file: null },
      finding: { name: 'configuration', status: 'missing', note: message, remedy },
    };
  }
}

function render(terminal: Terminal, { name, status, note, remedy }: Finding): string {
  const colours = coloursOf(terminal);
  const mark = {
    ok: colours.green('ok     '),
    optional: colours.yellow('optional'),
    missing: colours.red('MISSING'),
  }[status];
  const advice = status === 'ok' || remedy === null ? '' : `\n         ${remedy}`;
  return `${mark.padEnd(8)} ${name}: ${note}${advice}`;
}
