/** What `up --once --json` prints, as far as the tests read it. */
export interface MainJob {
  readonly cases: readonly {
    readonly id: string;
    readonly kind: string | null;
    readonly status: string;
    readonly complete: boolean;
    readonly impact: {
      readonly amount: string;
      readonly currency: string;
      readonly perDay: string;
      readonly percent: number | null;
    };
    readonly rootCause: {
      readonly subAccountId: string | null;
      readonly serviceName: string | null;
      readonly regionId: string | null;
      readonly usageType: string | null;
      readonly resourceId: string | null;
      readonly share: number;
    } | null;
    readonly conclusion: string | null;
    readonly proposals: readonly Proposal[];
  }[];
  readonly dismissed: readonly {
    readonly reason: string;
    readonly element: { readonly subAccountId?: string };
  }[];
  readonly ingest: readonly {
    readonly reconciled: boolean;
    readonly rowsRead: number;
    readonly rowsLoaded: number;
    readonly rowsRejected: number;
    readonly difference: string;
    readonly basis: string;
    readonly findings: readonly { readonly code: string }[];
    readonly totals: readonly {
      readonly currency: string;
      readonly chargeCategory: string;
      readonly costs: { readonly BilledCost: string };
    }[];
  }[];
  readonly detection: { readonly limits: readonly string[] } | null;
  readonly log: { readonly size: number; readonly rootHash: string | null };
}

/** One proposed action as printed. */
export interface Proposal {
  readonly id: string;
  readonly kind: string;
  readonly digest: string;
  readonly decision: string | null;
  readonly status: string;
}
