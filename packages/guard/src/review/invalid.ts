/** How a person signed: an Ed25519 key over the message, or a passkey whose challenge is the message's hash. */
export type SignatureForm =
  | { readonly type: 'ed25519'; readonly signature: string }
  | {
      readonly type: 'passkey';
      readonly authenticatorData: string;
      readonly clientDataJson: string;
      readonly signature: string;
    };

/** Why something signed does not hold. Codes are stable, notes are for people. */
export interface Invalid {
  readonly type: 'invalid';
  readonly code: string;
  readonly note: string;
}

/** Makes an {@link Invalid}. */
export function invalid(code: string, note: string): Invalid {
  return { type: 'invalid', code, note };
}
