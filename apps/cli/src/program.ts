import { Command, CommanderError } from 'commander';
import type { CommandContext } from './command-context.ts';
import { addAllocationCommands } from './commands/allocation.ts';
import { addApprovalCommands } from './commands/approvals.ts';
import {
  addAutonomyCommands,
  addDecisionCommands,
  addMetricsCommand,
} from './commands/autonomy.ts';
import { addCaseCommands } from './commands/cases.ts';
import { addChangeCommands } from './commands/changes.ts';
import { addCommitmentsCommand } from './commands/commitments.ts';
import { addConfigCommands } from './commands/config.ts';
import { addConformanceCommand } from './commands/conformance.ts';
import { addCostCommands } from './commands/costs.ts';
import { addDeadLetterCommands } from './commands/dead-letters.ts';
import { addDetectCommand } from './commands/detect.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addEvidenceCommands } from './commands/evidence.ts';
import { addExplainCommand } from './commands/explain.ts';
import { addFeedbackCommands } from './commands/feedback.ts';
import { addForecastCommand } from './commands/forecast.ts';
import { addKillCommands } from './commands/kill.ts';
import { addLakeCommands } from './commands/lake.ts';
import { addLogCommands } from './commands/log.ts';
import { addPackCommands } from './commands/pack.ts';
import { addPlannedCommands } from './commands/planned.ts';
import { addQualityCommand } from './commands/quality.ts';
import { addReleaseCommands } from './commands/releases.ts';
import { addUnitCostCommand } from './commands/unit-cost.ts';
import { addPolicyCommands } from './commands/policy.ts';
import { addUpCommand } from './commands/up.ts';
import { addVerifyCommand } from './commands/verify.ts';
import { addVersionCommands } from './commands/versions.ts';
import { addWitnessCommands } from './commands/witness.ts';
import { EXIT, EXIT_CODE_HELP, exitCodeOf } from './terminal/exit-code.ts';
import { reportError } from './terminal/report-error.ts';
import { withoutHelpOnUnknown } from './terminal/unknown-command.ts';

/** Adds one command, or one family of them, to the program. */
export type CommandFamily = (program: Command, context: CommandContext) => void;

/** Everything that `counterfoil` can do, in the order of `--help`. */
const FAMILIES: readonly CommandFamily[] = [
  addUpCommand,
  addLakeCommands,
  addDetectCommand,
  addFeedbackCommands,
  addPlannedCommands,
  addVersionCommands,
  addCostCommands,
  addForecastCommand,
  addCommitmentsCommand,
  addAllocationCommands,
  addUnitCostCommand,
  addQualityCommand,
  addCaseCommands,
  addApprovalCommands,
  addChangeCommands,
  addKillCommands,
  addPolicyCommands,
  addAutonomyCommands,
  addDecisionCommands,
  addReleaseCommands,
  addMetricsCommand,
  addLogCommands,
  addWitnessCommands,
  addPackCommands,
  addVerifyCommand,
  addEvidenceCommands,
  addDeadLetterCommands,
  addExplainCommand,
  addConformanceCommand,
  addConfigCommands,
  addDoctorCommand,
];

/** Runs one command line (without the program's own name) and answers with the exit code. */
export async function runCommandLine(
  context: Omit<CommandContext, 'finish'>,
  args: readonly string[],
): Promise<number> {
  let exitCode: number = EXIT.done;
  const program = buildProgram({ ...context, finish: (code) => (exitCode = code) });
  try {
    await program.parseAsync(withoutHelpOnUnknown(program, args), { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return usageExitCode(error);
    reportError(context.terminal, error, args.includes('--json') ? 'json' : 'text');
    return exitCodeOf(error);
  }
}

/** The whole command tree; exported so that a test can walk it. */
export function buildProgram(context: CommandContext): Command {
  const { terminal } = context;
  const program = new Command('counterfoil')
    .description(
      'Investigates cloud cost anomalies, proposes the fix, and acts only with an authorisation that anyone can check afterwards.',
    )
    .version('0.1.0', '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', EXIT_CODE_HELP);
  for (const addFamily of FAMILIES) addFamily(program, context);
  for (const command of everyCommand(program)) {
    command
      .exitOverride()
      .showSuggestionAfterError(true)
      .showHelpAfterError(`Try ${nameOf(command)} --help.`)
      .configureOutput({
        writeOut: (text) => void terminal.output.write(text),
        writeErr: (text) => void terminal.errors.write(text),
      });
  }
  return program;
}

/** A command and all that are below it. */
export function everyCommand(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap((inner) => everyCommand(inner as Command))];
}

/** The words that call a command, e.g. `counterfoil cases list`. */
export function nameOf(command: Command): string {
  return command.parent === null
    ? command.name()
    : `${nameOf(command.parent as Command)} ${command.name()}`;
}

function usageExitCode(error: CommanderError): number {
  // Help and version end the program by the same way as an error does.
  const asked = ['commander.helpDisplayed', 'commander.version'].includes(error.code);
  return asked ? EXIT.done : EXIT.usage;
}
