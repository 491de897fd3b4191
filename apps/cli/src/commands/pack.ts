import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { CommandContext, PlaceOptions } from '../command-context.ts';
import { writePack } from '../evidence/write-pack.ts';
import { withOperator, type OperatorSession } from '../state/operator-session.ts';
import { printJson, printLine } from '../terminal/terminal.ts';
import { withExamples, withJson, withPlaces } from './options.ts';

interface PackOptions extends PlaceOptions {
  readonly out: string;
  readonly json?: boolean;
}

/** `pack export`. */
export function addPackCommands(program: Command, context: CommandContext): void {
  const pack = program.command('pack').description('evidence packs, for an auditor');
  const exporting = pack
    .command('export')
    .requiredOption('--out <file>', 'where to write it')
    .description('write the whole log with its payloads and the newest witnessed checkpoint');
  withExamples(withJson(withPlaces(exporting)), [
    [
      'counterfoil pack export --out pack.ndjson',
      'then: counterfoil verify pack.ndjson --trust trust.json',
    ],
  ]).action((options: PackOptions) =>
    withOperator(context, options, (session) => exportPack(context, session, options)),
  );
}

async function exportPack(
  { terminal, workingDirectory }: CommandContext,
  { store, state }: OperatorSession,
  { out, json }: PackOptions,
): Promise<void> {
  const file = resolve(workingDirectory, out);
  const size = await writePack(store, file);
  if (json === true) printJson(terminal, { file, size, trustFile: state.trustFile });
  else
    printLine(
      terminal,
      `${file}: ${size} entries\nTrust file: ${state.trustFile} (give it by another way)`,
    );
}
