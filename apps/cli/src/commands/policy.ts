import { join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { InputError } from '@counterfoil/core';
import type { CommandContext } from '../command-context.ts';
import {
  activateChange,
  approveChange,
  proposeChange,
  type ChangeOptions,
} from '../policy/change.ts';
import { checkDirectory, testDirectory, type BundleOptions } from '../policy/check-and-test.ts';
import { compareDirectories, type DiffOptions } from '../policy/compare.ts';
import { explainAction, explainFile, type ExplainOptions } from '../policy/explain-answer.ts';
import { showShadow, startShadow, stopShadow, type ShadowOptions } from '../policy/shadow.ts';
import { showStatus } from '../policy/status.ts';
import { PROGRAM_ROOT } from '../up/processes.ts';
import { withExamples, withJson, withKey, withPlaces } from './options.ts';

/** The pack that comes with the program. */
const SHIPPED = join(PROGRAM_ROOT, 'policies');

/** `policy check`, `test`, `explain`, `diff`, `status`, `propose`, `approve`, `activate` and `shadow`. */
export function addPolicyCommands(program: Command, context: CommandContext): void {
  const policy = program
    .command('policy')
    .description('the rules that decide what may run and who is asked');
  addBundleCommands(policy, context);
  addExplain(policy, context);
  addDiff(policy, context);
  addChangeCommands(policy, context);
  addShadowCommands(policy.command('shadow'), context);
}

function addBundleCommands(policy: Command, context: CommandContext): void {
  const check = policy
    .command('check')
    .argument('[dir]', 'directory of a bundle (default: the pack of the program)', SHIPPED)
    .description('validate a bundle strictly and find rules that say or change nothing');
  withExamples(withJson(check), [
    ['counterfoil policy check policies', 'exit code 1 if there is something to correct'],
  ]).action((directory: string, options: BundleOptions) => {
    checkDirectory(context, directory, options);
  });
  const test = policy
    .command('test')
    .argument('[dir]', 'directory of a bundle (default: the pack of the program)', SHIPPED)
    .option(
      '--thorough',
      'also whether a case notices each rule removed and each number moved by one',
    )
    .description('run the cases of a bundle; exit code 1 if one fails');
  withExamples(withJson(test), [
    ['counterfoil policy test policies', ''],
    ['counterfoil policy test policies --thorough', 'takes some seconds'],
  ]).action((directory: string, options: BundleOptions) => {
    testDirectory(context, directory, options);
  });
}

function addExplain(policy: Command, context: CommandContext): void {
  const explain = policy
    .command('explain')
    .argument('[digest]', 'an action: its digest, or at least eight of its hex digits')
    .option(
      '--question <file>',
      'a question of your own: JSON that changes policies/cases/base.json',
    )
    .option('--policies <dir>', 'ask these policies instead of those in effect')
    .description('say why, who could approve, and what would change the answer');
  withExamples(withJson(withPlaces(explain)), [
    ['counterfoil policy explain 3fa9c1d2', 'of an action that waits or was refused'],
    ['counterfoil policy explain --question night.json', 'of anything, without an installation'],
  ]).action(async (digest: string | undefined, options: ExplainOptions) => {
    if ((digest === undefined) === (options.question === undefined)) {
      throw new InputError('EXPLAIN_WHAT', 'give either a digest or --question', {
        remedy: 'see `counterfoil policy explain --help`',
      });
    }
    if (digest === undefined) explainFile(context, SHIPPED, options);
    else await explainAction(context, digest, options);
  });
}

function addDiff(policy: Command, context: CommandContext): void {
  const diff = policy
    .command('diff')
    .argument('<old>', 'directory of a bundle')
    .argument('<new>', 'directory of another')
    .option(
      '--recorded <count>',
      'ask both the newest recorded questions again as well',
      wholeNumber,
    )
    .description('which answers change: of the cases, of a grid of questions, of recorded ones');
  withExamples(withJson(withPlaces(diff)), [
    ['counterfoil policy diff policies next', 'exit code 1 if an answer changes'],
    ['counterfoil policy diff policies next --recorded 500', 'with what was really asked'],
  ]).action((before: string, after: string, options: DiffOptions) =>
    compareDirectories(context, [before, after], options),
  );
}

function addChangeCommands(policy: Command, context: CommandContext): void {
  const status = policy
    .command('status')
    .description('what is in effect, by whose signatures, and what waits');
  withExamples(withJson(withPlaces(status)), [['counterfoil policy status', '']]).action(
    (options: ChangeOptions) => showStatus(context, options),
  );
  const propose = signing(policy.command('propose'))
    .argument('<dir>', 'directory of the new bundle')
    .option('--days <count>', 'how long it may be approved (default: 7)', wholeNumber)
    .description('propose other policies under your signature; two others must approve');
  withExamples(propose, [
    ['counterfoil policy propose next --key ana.pem --comment "fewer people at night"', ''],
  ]).action((directory: string, options: ChangeOptions) =>
    proposeChange(context, directory, options),
  );
  const approve = signing(policy.command('approve'))
    .argument('<change>', 'its id, as `policy status` shows it')
    .description(
      'sign exactly what was proposed; needs the role policy-approver, never the author',
    );
  withExamples(approve, [['counterfoil policy approve policy_x1 --key ben.pem', '']]).action(
    (changeId: string, options: ChangeOptions) => approveChange(context, changeId, options),
  );
  const activate = policy
    .command('activate')
    .argument('<change>', 'its id')
    .description('put a change into effect that two people approved');
  withExamples(withJson(withPlaces(activate)), [
    ['counterfoil policy activate policy_x1', ''],
  ]).action((changeId: string, options: ChangeOptions) =>
    activateChange(context, changeId, options),
  );
}

function signing(command: Command): Command {
  return withKey(withJson(withPlaces(command)))
    .option('--comment <text>', 'why; it is signed and logged', '')
    .option('--yes', 'do not ask');
}

function addShadowCommands(shadow: Command, context: CommandContext): void {
  shadow.description('ask other policies beside those in effect, without any effect');
  const on = shadow
    .command('on')
    .argument('<dir>', 'directory of the other bundle')
    .description('ask it beside those in effect from the next decision on');
  withExamples(withJson(withPlaces(on)), [['counterfoil policy shadow on next', '']]).action(
    (directory: string, options: ShadowOptions) => startShadow(context, directory, options),
  );
  const off = shadow.command('off').description('ask only those in effect');
  withExamples(withJson(withPlaces(off)), [['counterfoil policy shadow off', '']]).action(
    (options: ShadowOptions) => stopShadow(context, options),
  );
  const report = shadow
    .command('report')
    .option('--limit <count>', 'newest decisions that are looked at (default: 10000)', wholeNumber)
    .description('what it would have changed, with counts; exit code 1 if it would have');
  withExamples(withJson(withPlaces(report)), [['counterfoil policy shadow report', '']]).action(
    (options: ShadowOptions) => showShadow(context, options),
  );
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('give a whole number above zero');
}
