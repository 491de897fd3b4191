/** What the policy asks of people before an action may run. */
export interface ApprovalRequirement {
  /** Any of these roles makes a person eligible. */
  readonly roles: readonly string[];
  /** Distinct people that must approve, at least 1. */
  readonly quorum: number;
  /** `chat` < `key` < `passkey`: the weakest assurance that counts. */
  readonly assurance: 'chat' | 'key' | 'passkey';
}

/** The gate's answer. Names the policies that caused it and the exact bundle; anything unclear is `deny`. */
export type PolicyDecision = {
  readonly decisionId: string;
  readonly policyIds: readonly string[];
  readonly policyBundleSha256: string;
} & (
  | { readonly type: 'allow' }
  | { readonly type: 'require_approval'; readonly requirement: ApprovalRequirement }
  | { readonly type: 'deny'; readonly reason: string }
);
