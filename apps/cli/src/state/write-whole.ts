import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';

/**
 * Writes a file so that it appears with its whole content or not at all, durably: a process that is killed, or a machine that
 * stops, never leaves half a key or half a register. Replaces what was there.
 */
export function writeWhole(file: string, text: string, { mode }: { readonly mode: number }): void {
  const draft = `${file}.draft`;
  const descriptor = openSync(draft, 'w', mode);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(draft, file);
}
