import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { InputError } from '@counterfoil/core';
import { emptyState, type WorldState } from './world-state.ts';

/** Reads the state of this seed, or an empty one where there is no file yet. */
export function loadState(path: string, seed: number): WorldState {
  if (!existsSync(path)) return emptyState(seed);
  const state = parse(path);
  if (state?.v === 1 && state.seed === seed) return state;
  throw new InputError('WORLD_STATE_INVALID', `${path} is not the state of seed ${seed}`, {
    remedy: 'delete the file to begin the demonstration world anew',
  });
}

function parse(path: string): WorldState | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as WorldState;
  } catch {
    return undefined;
  }
}

/**
 * Replaces the file in one step and waits for the disk, so that an effect that was answered survives the death of the
 * process at any moment. Readable by its owner only, for it holds the keys of the sessions that were granted.
 */
export function saveState(path: string, state: WorldState): void {
  const temporary = `${path}.new`;
  const file = openSync(temporary, 'w', 0o600);
  try {
    writeSync(file, JSON.stringify(state));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  const directory = openSync(dirname(path), 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
