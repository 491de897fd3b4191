const NAME = 'counterfoil-signer';

/** The key that this browser enrolled or chose last; a public id, no secret. */
export function lastSignerKeyId(): string | null {
  return localStorage.getItem(NAME);
}

/** Remembers the key that was enrolled or chosen. */
export function rememberSignerKeyId(keyId: string): void {
  localStorage.setItem(NAME, keyId);
}
