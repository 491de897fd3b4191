import type { DismissalReason } from '@counterfoil/core';

export type Environment = 'production' | 'staging' | 'development' | 'sandbox';

export interface OrganisationAccount {
  /** Twelve digits. */
  readonly accountId: string;
  readonly name: string;
  readonly environment: Environment;
  readonly team: string;
  readonly regionId: string;
}

/** Something that is billed for, and for EC2 instances what their API would say of them. */
export interface OrganisationResource {
  /** ARN, as in the column ResourceId. */
  readonly resourceId: string;
  readonly resourceType: string;
  readonly name: string;
  readonly accountId: string;
  readonly regionId: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly instance?: {
    readonly instanceId: string;
    readonly instanceType: string;
    readonly availabilityZone: string;
    readonly launchedAt: string;
  };
}

export type IncidentKind =
  | 'data_transfer_spike'
  | 'runaway_log_ingestion'
  | 'forgotten_gpu_instances'
  | 'nat_gateway_reroute'
  | 'expired_commitment';

/** The truth about one planted incident: what a perfect investigation finds. */
export interface PlantedIncident {
  readonly kind: IncidentKind;
  readonly subAccountId: string;
  readonly serviceName: string;
  readonly regionId: string;
  readonly usageType: string;
  /** The dearest of `resourceIds`. */
  readonly resourceId: string;
  readonly resourceIds: readonly string[];
  /** First day of the change, ISO date in UTC; it lasts to the end of the history. */
  readonly onsetDate: string;
  /** Mean extra EffectiveCost a day from the onset to the end, USD, six fraction digits. */
  readonly perDay: string;
}

/** A change of similar size that is no incident, and the reason a good triage gives. */
export interface LookAlike {
  readonly kind: 'month_end_batch' | 'planned_launch' | 'credit_expiry';
  readonly subAccountId: string;
  readonly serviceName: string;
  readonly onsetDate: string;
  readonly perDay: string;
  readonly dismissal: DismissalReason;
}

/** What the organisation announced beforehand; `toDate` is exclusive. */
export interface PlannedActivity {
  readonly note: string;
  readonly fromDate: string;
  readonly toDate: string;
  readonly subAccountIds: readonly string[];
  readonly serviceNames: readonly string[];
}
