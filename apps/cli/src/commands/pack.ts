import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { PlatformError, InputError, UpstreamError } from '@counterfoil/core';
import { exportLeaves } from '@counterfoil/store';
import { buildPack } from '@counterfoil/tlog';
import type { CommandContext, PlaceOptions } from '../command-context.ts';
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
  const checkpoint = await store.log.checkpoint();
  if (checkpoint === null) {
    throw new InputError('LOG_EMPTY', 'the log has no checkpoint yet', {
      remedy: 'run `counterfoil up` first: the log process signs it',
    });
  }
  const file = resolve(workingDirectory, out);
  const lines = buildPack(checkpoint.checkpointText, exportLeaves(store, checkpoint.size));
  await writeWhole(file, lines);
  if (json === true)
    printJson(terminal, { file, size: checkpoint.size, trustFile: state.trustFile });
  else
    printLine(
      terminal,
      `${file}: ${checkpoint.size} entries\nTrust file: ${state.trustFile} (give it by another way)`,
    );
}

/** Writes beside the file and renames: a pack that was cut off must not look like one. */
async function writeWhole(file: string, lines: AsyncIterable<string>): Promise<void> {
  const draft = `${file}.draft`;
  try {
    await pipeline(Readable.from(lines), createWriteStream(draft, { mode: 0o600 }));
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    if (error instanceof PlatformError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UpstreamError('PACK_UNWRITABLE', `${file} could not be written: ${code}`, {
      cause: error,
      remedy: 'name a file in a folder that exists and that you can write with --out',
    });
  }
}
