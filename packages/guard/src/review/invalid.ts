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

/** What must hold, with the code and note of its absence. */
export type Demand<Code extends string = string> = readonly [boolean, Code, string];

/** The first demand that does not hold, by order of precedence; `undefined` where all hold. */
export function firstUnmet<Code extends string>(
  demands: readonly Demand<Code>[],
): { readonly type: 'invalid'; readonly code: Code; readonly note: string } | undefined {
  const [, code, note] = demands.find(([holds]) => !holds) ?? [];
  return code === undefined || note === undefined ? undefined : { type: 'invalid', code, note };
}

/** What could not be read, as an {@link Invalid}. */
export function unreadable(code: string, error: unknown): Invalid {
  return { type: 'invalid', code, note: error instanceof Error ? error.message : 'unreadable' };
}
