import type { ApproverKey, KillState } from '@counterfoil/core';

/** A key that a person's enrolment link signs with; tells a browser whose link it was given. */
export interface EnrolmentKeyView {
  readonly keyId: string;
  /** Base64 DER. */
  readonly publicKeySpki: string;
  readonly expiresAt: string;
}

/** Someone the trust file names. All of it is public: the keys are public keys. */
export interface PersonView {
  readonly personId: string;
  readonly displayName: string;
  readonly roles: readonly string[];
  readonly keys: readonly ApproverKey[];
  readonly enrolmentKeys: readonly EnrolmentKeyView[];
}

/** What a console needs to know before it shows anything. */
export interface SessionView {
  readonly tenant: string;
  /** `demo` on the loopback demonstration only: browser-held keys are allowed and the stand-ins' inbox is shown. */
  readonly mode: 'demo' | 'live';
  readonly publicUrl: string;
  readonly people: readonly PersonView[];
  readonly kill: KillState;
  /** Enrolments that were submitted and do not hold; they give nobody a key. */
  readonly enrolmentsRefused: number;
  /** Signals whose triage has not finished. */
  readonly signalsPending: number;
  /** Entries under the newest checkpoint; null before the first. */
  readonly logSize: number | null;
}
