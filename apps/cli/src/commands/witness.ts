import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { InputError } from '@counterfoil/core';
import { openCheckpoint, parseVerifierKey, splitNote } from '@counterfoil/guard';
import { openWitnessed, witnessState } from '@counterfoil/tlog';
import {
  loadConfiguration,
  stateDirectoryOf,
  type CommandContext,
  type PlaceOptions,
} from '../command-context.ts';
import { lockDirectory } from '../supervisor/directory-lock.ts';
import { witnessStateFile } from '../state/log-keys.ts';
import type { StateDirectory } from '../state/state-directory.ts';
import { readTrust } from '../state/trust-file.ts';
import { writeWhole } from '../state/write-whole.ts';
import { printJson, printLine } from '../terminal/terminal.ts';
import { withExamples, withJson, withPlaces } from './options.ts';

interface RestoreOptions extends PlaceOptions {
  readonly checkpoint: string;
  readonly json?: boolean;
}

/** `witness restore`. */
export function addWitnessCommands(program: Command, context: CommandContext): void {
  const witness = program.command('witness').description('the witness of the transparency log');
  const restore = witness
    .command('restore')
    .requiredOption(
      '--checkpoint <file>',
      'the newest published checkpoint that you hold: from an auditor, an export or a backup',
    )
    .description(
      'give a witness that lost its state the newest head that it signed; it never begins anew',
    );
  withExamples(withJson(withPlaces(restore)), [
    ['counterfoil witness restore --checkpoint checkpoint.txt', 'while counterfoil up is stopped'],
  ]).action((options: RestoreOptions) => {
    restoreWitness(context, options);
  });
}

function restoreWitness(context: CommandContext, options: RestoreOptions): void {
  const { terminal, workingDirectory } = context;
  const state = stateDirectoryOf(context, options, loadConfiguration(context, options));
  const release = lockDirectory(state.lockFile);
  try {
    const note = readNote(resolve(workingDirectory, options.checkpoint));
    const size = restoreFrom(state, note);
    const file = witnessStateFile(state);
    if (options.json === true) printJson(terminal, { file, size });
    else printLine(terminal, `${file}: the witness goes on from ${size} leaves`);
  } finally {
    release();
  }
}

/** Writes the state from a checkpoint that log and witness signed; returns its size. Never goes back behind a state that is whole. */
function restoreFrom(state: StateDirectory, note: string): number {
  const trust = readTrust(state.trustFile);
  const { origin, size } = openCheckpoint(note, trust);
  const file = witnessStateFile(state);
  const identity = { origin, witnessVerifierKey: trust.witnessVerifierKey };
  const known = sizeIn(file, identity);
  if (known !== null && known > size) {
    throw new InputError('WITNESS_STATE_NEWER', `${file} ends at ${known} leaves, not ${size}`, {
      remedy: 'keep it, or give a newer checkpoint',
    });
  }
  const { text, lines } = splitNote(note);
  const { name } = parseVerifierKey(trust.witnessVerifierKey, 'witness');
  const line = lines.find((each) => each.startsWith(`— ${name} `)) ?? '';
  writeWhole(file, witnessState(text, line), { mode: 0o600 });
  return size;
}

function sizeIn(file: string, identity: Parameters<typeof openWitnessed>[1]): number | null {
  try {
    return openWitnessed(readFileSync(file, 'utf8'), identity).size;
  } catch {
    return null;
  }
}

function readNote(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new InputError('CHECKPOINT_UNREADABLE', `${file} cannot be read`, {
      cause,
      remedy: 'name a file that holds a published checkpoint',
    });
  }
}
