import type { Command } from 'commander';
import { markDecision, showSample } from '../autonomy/decisions.ts';
import { showMetrics, type MetricsOptions } from '../autonomy/metrics.ts';
import type { AutonomyOptions } from '../autonomy/session.ts';
import { closeBreaker, setLevel, type LevelOptions } from '../autonomy/set-level.ts';
import { showAutonomy, showEvidence } from '../autonomy/show.ts';
import type { CommandContext } from '../command-context.ts';
import { withExamples, withJson, withKey, withPlaces } from './options.ts';

/** `autonomy show`, `report`, `raise`, `lower` and `close-breaker`. */
export function addAutonomyCommands(program: Command, context: CommandContext): void {
  const autonomy = program
    .command('autonomy')
    .description('how far agent releases may go by themselves, and what they have earned it with');
  const show = autonomy
    .command('show')
    .description('levels and open breakers; exit code 1 where one fell or is open');
  withExamples(withJson(withPlaces(show)), [
    ['counterfoil autonomy show', ''],
    ['counterfoil autonomy show --json', 'for monitoring'],
  ]).action((options: AutonomyOptions) => showAutonomy(context, options));
  const report = autonomy
    .command('report')
    .description('decision accuracy and false positives of each scope, with their intervals');
  withExamples(withJson(withPlaces(report)), [
    ['counterfoil autonomy report --json', 'for a risk committee'],
  ]).action((options: AutonomyOptions) => showEvidence(context, options));
  addLevelCommand(autonomy, context, 'raise');
  addLevelCommand(autonomy, context, 'lower');
  const close = autonomy
    .command('close-breaker')
    .argument('<opening>', 'as `autonomy show` names it')
    .description('let what a breaker stopped go on; needs the role autonomy-approver');
  withExamples(signing(close), [
    ['counterfoil autonomy close-breaker breaker_3f… --comment "planned migration"', ''],
  ]).action((opening: string, options: AutonomyOptions) => closeBreaker(context, opening, options));
}

function addLevelCommand(
  autonomy: Command,
  context: CommandContext,
  direction: 'raise' | 'lower',
): void {
  const who = direction === 'raise' ? 'needs the role autonomy-approver' : 'anybody with a key may';
  const command = autonomy
    .command(direction)
    .requiredOption('--release <name>', 'the agent release')
    .requiredOption('--environment <name>', 'as in the configuration')
    .requiredOption('--kind <kind>', 'the action kind, such as aws.ec2.stop_instances')
    .requiredOption('--level <level>', 'observe, copilot, approve or autonomous')
    .description(`sign another level for one release, environment and kind; ${who}`);
  const level = direction === 'raise' ? 'autonomous' : 'copilot';
  withExamples(signing(command), [
    [
      `counterfoil autonomy ${direction} --release playbooks-1 --environment sandbox --kind aws.ec2.stop_instances --level ${level}`,
      '',
    ],
  ]).action((options: LevelOptions) => setLevel(context, direction, options));
}

/** `decisions sample` and `mark`. */
export function addDecisionCommands(program: Command, context: CommandContext): void {
  const decisions = program
    .command('decisions')
    .description('judge a sample of what agent releases decided; levels are earned by it');
  const sample = decisions
    .command('sample')
    .option('--all', 'also those that were judged')
    .description('sampled decisions of closed cases that wait to be judged');
  withExamples(withJson(withPlaces(sample)), [['counterfoil decisions sample', '']]).action(
    (options: AutonomyOptions & { readonly all?: boolean }) => showSample(context, options),
  );
  const mark = decisions
    .command('mark')
    .argument('<digest>', 'the digest of the action, or eight digits of it')
    .argument('<mark>', 'right, wrong, or undone for an effect that was taken back')
    .description('sign a judgement; needs the role decision-reviewer');
  withExamples(signing(mark), [
    ['counterfoil decisions mark 3f2a91c0 right', ''],
    ['counterfoil decisions mark 3f2a91c0 undone --comment "it was in use"', ''],
  ]).action((digest: string, said: string, options: AutonomyOptions) =>
    markDecision(context, { digest, mark: said }, options),
  );
}

/** `metrics`. */
export function addMetricsCommand(program: Command, context: CommandContext): void {
  const metrics = program
    .command('metrics')
    .option('--days <n>', 'days to look back', '7')
    .option('--prometheus', 'as Prometheus reads it, for a textfile collector')
    .description('how agent releases behave: actions by kind and outcome, calls by tool');
  withExamples(withJson(withPlaces(metrics)), [
    ['counterfoil metrics --days 30 --json', ''],
    ['counterfoil metrics --prometheus > counterfoil.prom', 'for the node exporter'],
  ]).action((options: MetricsOptions) => showMetrics(context, options));
}

function signing(command: Command): Command {
  return withJson(
    withPlaces(
      withKey(command)
        .option('--comment <text>', 'why; it is signed')
        .option('--yes', 'do not ask'),
    ),
  );
}
