import type { ApprovalRequirement } from '../policy/decision.ts';
import type { Digest } from '../proposal/action.ts';

/** A key by which a person signs. `publicKeySpki` is base64 DER. */
export interface ApproverKey {
  readonly keyId: string;
  readonly type: 'ed25519' | 'passkey';
  readonly publicKeySpki: string;
  /** Passkeys only: base64url credential id, and where assertions must come from. */
  readonly passkey?: {
    readonly credentialId: string;
    readonly rpId: string;
    readonly origin: string;
    /** COSE algorithm: −7 (ES256), −8 (EdDSA) or −257 (RS256). */
    readonly algorithm: -7 | -8 | -257;
  };
}

/** A person who may review, with the roles that policy asks for. */
export interface Approver {
  readonly personId: string;
  readonly displayName: string;
  readonly roles: readonly string[];
  readonly keys: readonly ApproverKey[];
}

/** A request for the human step over one digest. */
export interface ApprovalRequest {
  readonly digest: Digest;
  readonly caseId: string;
  readonly actionId: string;
  readonly requirement: ApprovalRequirement;
  /** People who may not review it: the proposer, the one it is proposed for. */
  readonly excluded: readonly string[];
  readonly requestedAt: string;
  /** At or after this time the answer is no. */
  readonly deadlineAt: string;
}

/** What a reviewer signs: verdict and comment are bound together with the digest. */
export interface ReviewStatement {
  readonly v: 1;
  readonly digest: Digest;
  readonly verdict: 'approve' | 'deny';
  readonly personId: string;
  readonly keyId: string;
  readonly reviewedAt: string;
  readonly comment: string;
}

/** A statement with its signature, as recorded. All binary values are base64url without padding. */
export type SignedReview = { readonly statement: ReviewStatement } & (
  | { readonly type: 'ed25519'; readonly signature: string }
  | {
      readonly type: 'passkey';
      readonly authenticatorData: string;
      readonly clientDataJson: string;
      readonly signature: string;
    }
);

/** A review whose signature and person the guard has checked. */
export interface ValidReview {
  readonly personId: string;
  readonly verdict: 'approve' | 'deny';
  readonly roles: readonly string[];
  readonly assurance: 'chat' | 'key' | 'passkey';
  readonly comment: string;
  /** When it was recorded, by the store's clock; decides against the deadline. */
  readonly recordedAtMs: number;
}

export type Resolution =
  | { readonly type: 'pending'; readonly approvalsMissing: number }
  | { readonly type: 'approved'; readonly by: readonly string[] }
  | { readonly type: 'denied'; readonly by: string; readonly reason: string }
  | { readonly type: 'expired' };
