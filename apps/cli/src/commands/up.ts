import { InvalidArgumentError, type Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { runUp, type UpOptions } from '../up/run-up.ts';
import { withExamples, withJson, withPlaces } from './options.ts';

/** `up`: starts everything and runs the main job. */
export function addUpCommand(program: Command, context: CommandContext): void {
  const up = program
    .command('up')
    .description(
      'start everything, run the main job (ingest, detect, explain, propose) and open the console for approval; stays until Ctrl-C',
    )
    .option(
      '--demo',
      'stand-ins for AWS, Slack and Jira, a local operator, and without --file a made-up organisation',
    )
    .option(
      '--file <path...>',
      'billing files, folders or s3://bucket/prefix (FOCUS 1.0 to 1.4, CUR 2.0, legacy CUR; CSV, gzip or Parquet)',
    )
    .option('--once', 'stop everything and exit when every case is at rest')
    .option('--port <number>', 'port of the console (default: 4680, or server.port)', parsePort)
    .option('--open', 'open the console in a browser (enrol with the link that is printed)');
  withExamples(withJson(withPlaces(up)), [
    ['counterfoil up --demo', 'try it: no account, no key, no network'],
    ['counterfoil up --demo --file bill.csv.gz', 'your own bill, stand-ins for the rest'],
    ['counterfoil up --demo --once --json', 'one JSON object, then exit'],
    ['counterfoil up --config counterfoil.yaml', 'your AWS, Slack and Jira'],
  ]).action((options: UpOptions) => runUp(context, options));
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('write a number from 0 to 65535');
}
