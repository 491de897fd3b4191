import type { ApproverKey, JsonObject } from '@counterfoil/core';

/** Options for `navigator.credentials.create`, in the JSON form of the WebAuthn specification. */
export interface EnrolmentOptionsView {
  readonly options: JsonObject;
}

/** What a browser signs with the enrolment key of its link: this key is from now on a key of this person. */
export interface EnrolmentStatementView {
  readonly v: 1;
  readonly enrolmentKeyId: string;
  readonly personId: string;
  readonly key: ApproverKey;
  readonly enrolledAt: string;
  readonly nonce: string;
}

/** A submitted enrolment; a passkey comes with the registration that its device answered. */
export interface EnrolmentSubmission {
  readonly enrolment: { readonly statement: EnrolmentStatementView; readonly signature: string };
  readonly registration: JsonObject | null;
}

/** What a stored enrolment answers: the key is usable from now on. */
export interface EnrolmentReceipt {
  readonly personId: string;
  readonly keyId: string;
}
