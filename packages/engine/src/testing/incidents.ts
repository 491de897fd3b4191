import type { RootCause } from '@counterfoil/core';
import type { FakeCostRow } from '@counterfoil/testkit';
import { ACCOUNT, BACKGROUND, billRows, REGION, rootCauseOf, type BillLine } from './test-data.ts';

/** One incident: a bill and its localised root cause. */
export interface TestIncident {
  readonly causeId: string;
  readonly rows: readonly FakeCostRow[];
  readonly rootCauses: readonly RootCause[];
  readonly instanceIds: readonly string[];
}

const EC2 = 'Amazon Elastic Compute Cloud';
const VPC = 'Amazon Virtual Private Cloud';
const arn = (service: string, path: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${path}`;

function incident(
  causeId: string,
  lines: readonly BillLine[],
  instanceIds: readonly string[] = [],
): TestIncident {
  const [first] = lines;
  const { serviceName = '', usageType = '' } = first?.fields ?? {};
  const sameKind = lines.filter((line) => line.fields['usageType'] === usageType);
  const resources = sameKind.map((line) => line.fields['resourceId'] ?? '');
  return {
    causeId,
    rows: [...lines, BACKGROUND].flatMap(billRows),
    rootCauses: [rootCauseOf({ serviceName, usageType }, resources)],
    instanceIds,
  };
}

const INSTANCE_IDS = ['i-0aaaaaaaaaaaaaaa1', 'i-0aaaaaaaaaaaaaaa2'];

/** Two GPU instances that appeared on the onset day, around the clock, without tags. */
export const FORGOTTEN_GPU: TestIncident = incident(
  'idle_gpu_instances',
  INSTANCE_IDS.map((id) => ({
    fields: {
      serviceName: EC2,
      usageType: 'BoxUsage:p4d.24xlarge',
      resourceId: arn('ec2', `instance/${id}`),
      pricingUnit: 'Hours',
    },
    before: null,
    after: { quantity: 24, unitPrice: 25 },
  })),
  INSTANCE_IDS,
);

/** An instance that sends thirty times as much. */
export const DATA_TRANSFER: TestIncident = incident('data_transfer_spike', [
  {
    fields: {
      serviceName: EC2,
      usageType: 'USE1-DataTransfer-Out-Bytes',
      resourceId: arn('ec2', 'instance/i-0bbbbbbbbbbbbbbb1'),
    },
    before: { quantity: 400, unitPrice: 0.09 },
    after: { quantity: 12_000, unitPrice: 0.09 },
  },
]);

/** A log group that takes in forty times as much. */
export const LOG_INGESTION: TestIncident = incident('log_ingestion_runaway', [
  {
    fields: {
      serviceName: 'AmazonCloudWatch',
      usageType: 'USE1-DataProcessing-Bytes',
      resourceId: arn('logs', 'log-group:/ecs/api'),
    },
    before: { quantity: 60, unitPrice: 0.5 },
    after: { quantity: 2400, unitPrice: 0.5 },
  },
]);

/** A NAT gateway that took over when the endpoint went. */
export const NAT_REROUTE: TestIncident = incident('nat_gateway_s3_traffic', [
  {
    fields: {
      serviceName: VPC,
      usageType: 'USE1-NatGateway-Bytes',
      resourceId: arn('ec2', 'natgateway/nat-0ccccccccccccccc1'),
    },
    before: { quantity: 500, unitPrice: 0.045 },
    after: { quantity: 27_000, unitPrice: 0.045 },
  },
  {
    fields: {
      serviceName: VPC,
      usageType: 'USE1-VpcEndpoint-Bytes',
      resourceId: arn('ec2', 'vpc-endpoint/vpce-0ccccccccccccccc1'),
    },
    before: { quantity: 26_000, unitPrice: 0.01 },
    after: null,
  },
]);

/** A reserved database instance whose commitment ran out: same hours, dearer, no longer committed. */
export const EXPIRED_COMMITMENT: TestIncident = expiredCommitment();

function expiredCommitment(): TestIncident {
  const line: BillLine = {
    fields: {
      serviceName: 'Amazon Relational Database Service',
      usageType: 'InstanceUsage:db.r6g.16xlarge',
      resourceId: arn('rds', 'db:orders'),
      pricingUnit: 'Hours',
    },
    before: { quantity: 24, unitPrice: 30 },
    after: { quantity: 24, unitPrice: 80 },
  };
  const bare = incident('commitment_expired', [line]);
  const rows = bare.rows.map((row) =>
    row['usageType'] === line.fields['usageType'] && (row['EffectiveCost'] ?? '').startsWith('720.')
      ? { ...row, pricingCategory: 'Committed', commitmentDiscountStatus: 'Used' }
      : row,
  );
  return { ...bare, rows };
}

/** The five incidents of the demonstration, in small. */
export const INCIDENTS: readonly TestIncident[] = [
  DATA_TRANSFER,
  LOG_INGESTION,
  FORGOTTEN_GPU,
  NAT_REROUTE,
  EXPIRED_COMMITMENT,
];
