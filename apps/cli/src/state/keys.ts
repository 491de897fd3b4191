import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { KeyObject } from 'node:crypto';
import { InputError } from '@counterfoil/core';
import { generatePersonKeys, publicKeySpkiOf, readPrivateKey } from '@counterfoil/guard';
import { writeWhole } from './write-whole.ts';

/** An Ed25519 key pair that lies in a file of its own (PEM, PKCS #8, readable by its owner alone). */
export interface KeyFile {
  readonly file: string;
  readonly privateKey: KeyObject;
  /** Base64 DER (SPKI) of the public half. */
  readonly publicKeySpki: string;
}

const OTHERS_MAY_READ = 0o077;

/** Reads the key of this file, making a new one the first time. */
export function ensureKeyFile(file: string): KeyFile {
  if (!existsSync(file)) {
    writeWhole(file, generatePersonKeys().privateKeyPem, { mode: 0o600 });
  }
  return readKeyFile(file);
}

/** Makes a new key in place of the one in this file, which is gone for good. */
export function replaceKeyFile(file: string): KeyFile {
  rmSync(file, { force: true });
  return ensureKeyFile(file);
}

/** Reads an Ed25519 private key. Throws `InputError` where there is none, where others can read it, or where it is of another kind. */
export function readKeyFile(file: string): KeyFile {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) {
    throw new InputError('KEY_MISSING', `there is no key file ${file}`, {
      remedy: 'name one with --key; `counterfoil up` makes the operator’s key on its first run',
    });
  }
  if (process.platform !== 'win32' && (mode & OTHERS_MAY_READ) !== 0) {
    throw new InputError('KEY_EXPOSED', `others can read the key file ${file}`, {
      remedy: `run chmod 600 ${file}; if others may have read it, make a new key`,
    });
  }
  const privateKey = readPrivateKey(readFileSync(file, 'utf8'));
  return { file, privateKey, publicKeySpki: publicKeySpkiOf(privateKey) };
}

/** The 32-byte seed of an Ed25519 private key, base64url: what an enrolment link carries in its fragment. */
export function seedOf(privateKey: KeyObject): string {
  const { d: seed } = privateKey.export({ format: 'jwk' });
  if (seed !== undefined) return seed;
  throw new InputError('KEY_UNREADABLE', 'the key holds no Ed25519 seed', {
    remedy: 'remove the key file; the next start makes a new one',
  });
}
