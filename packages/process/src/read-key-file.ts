import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { InputError } from '@counterfoil/core';

/** Reads the Ed25519 private key of a process from its PEM file (PKCS #8); the error names the file, never its content. */
export function readKeyFile(path: string): KeyObject {
  try {
    const key = createPrivateKey(readFileSync(path, 'utf8'));
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (cause) {
    throw unreadable(path, cause);
  }
  throw unreadable(path);
}

function unreadable(path: string, cause?: unknown): InputError {
  return new InputError('KEY_UNREADABLE', `the key ${path} cannot be read`, {
    cause,
    remedy: 'check the path and the rights of keyFile, and that it is an Ed25519 key in PEM',
  });
}
