/** One kind of usage as AWS bills it. Prices are those of us-east-1 in 10⁻⁷ USD, list, rounded; they only need to be plausible. */
export interface PriceItem {
  readonly serviceName: string;
  readonly serviceCategory: string;
  readonly serviceSubcategory: string;
  /** Without the Region's prefix. */
  readonly usageType: string;
  /** Whether AWS writes `USE1-` before it in us-east-1 too; elsewhere the prefix always stands. */
  readonly prefixAlways: boolean;
  readonly meter: string;
  readonly unit: string;
  readonly listPrice: number;
  readonly resourceType: string;
  readonly description: string;
  /** `SkuPriceDetails` properties. */
  readonly details?: Readonly<Record<string, string | number>>;
}

type Service = Pick<PriceItem, 'serviceName' | 'serviceCategory' | 'serviceSubcategory'>;

const service = (
  serviceName: string,
  serviceCategory: string,
  serviceSubcategory: string,
): Service => ({ serviceName, serviceCategory, serviceSubcategory });

const EC2 = service('Amazon Elastic Compute Cloud', 'Compute', 'Virtual Machines');
const RDS = service('Amazon Relational Database Service', 'Databases', 'Relational Databases');
const S3 = service('Amazon Simple Storage Service', 'Storage', 'Object Storage');
const LAMBDA = service('AWS Lambda', 'Compute', 'Serverless Compute');
const CLOUDWATCH = service('AmazonCloudWatch', 'Management and Governance', 'Observability');
const VPC = service('Amazon Virtual Private Cloud', 'Networking', 'Network Infrastructure');
const ELB = service('Elastic Load Balancing', 'Networking', 'Application Networking');
const DYNAMODB = service('Amazon DynamoDB', 'Databases', 'NoSQL Databases');
const ECS = service('Amazon Elastic Container Service', 'Compute', 'Containers');
const CACHE = service('Amazon ElastiCache', 'Databases', 'Caching');
const SQS = service('Amazon Simple Queue Service', 'Integration', 'Messaging');
const KMS = service('AWS Key Management Service', 'Security', 'Other (Security)');

/** USD to the catalogue's unit of 10⁻⁷. */
const usd = (amount: number) => Math.round(amount * 1e7);

type Meter = readonly [
  usageType: string,
  meter: string,
  unit: string,
  price: number,
  resourceType: string,
];

function item(of: Service, [usageType, meter, unit, price, resourceType]: Meter): PriceItem {
  const prefixAlways = /^(DataTransfer|Nat|DataProcessing|VpcEndpoint|PublicIPv4)/.test(usageType);
  const listPrice = usd(price);
  const description = `$${price} per ${unit} ${meter.toLowerCase()}`;
  return { ...of, usageType, prefixAlways, meter, unit, listPrice, resourceType, description };
}

/** Linux on-demand instance hours. */
export function boxUsage(instanceType: string, price: number, gpus = 0): PriceItem {
  return {
    ...item(EC2, [`BoxUsage:${instanceType}`, 'Instance hours', 'Hours', price, 'Instance']),
    description: `$${price} per On Demand Linux ${instanceType} Instance Hour`,
    details: {
      InstanceType: instanceType,
      OperatingSystem: 'Linux',
      ...(gpus > 0 && { GpuCount: gpus }),
    },
  };
}

/** Hours of a managed database instance. */
export function databaseUsage(instanceClass: string, price: number, engine: string): PriceItem {
  return {
    ...item(RDS, [
      `InstanceUsage:${instanceClass}`,
      'Database hours',
      'Hours',
      price,
      'DB Instance',
    ]),
    description: `$${price} per RDS ${instanceClass} Single-AZ instance hour running ${engine}`,
    details: { InstanceType: instanceClass, Engine: engine },
  };
}

/** Everything but instance hours. */
export const PRICES = {
  volume: item(EC2, ['EBS:VolumeUsage.gp3', 'Volume storage', 'GB-Months', 0.08, 'Volume']),
  transferOut: item(EC2, ['DataTransfer-Out-Bytes', 'Data transfer out', 'GB', 0.09, 'Instance']),
  databaseStorage: item(RDS, [
    'RDS:GP3-Storage',
    'Database storage',
    'GB-Months',
    0.115,
    'DB Instance',
  ]),
  objectStorage: item(S3, ['TimedStorage-ByteHrs', 'Object storage', 'GB-Months', 0.023, 'Bucket']),
  objectRequests: item(S3, [
    'Requests-Tier1',
    'PUT and LIST requests',
    'Requests',
    0.000005,
    'Bucket',
  ]),
  objectRegional: item(S3, [
    'C3DataTransfer-Out-Bytes',
    'Data transfer to EC2 in the Region',
    'GB',
    0,
    'Bucket',
  ]),
  functionSeconds: item(LAMBDA, [
    'Lambda-GB-Second',
    'Compute',
    'GB-Seconds',
    0.0000167,
    'Function',
  ]),
  functionRequests: item(LAMBDA, ['Request', 'Requests', 'Requests', 0.0000002, 'Function']),
  logIngestion: item(CLOUDWATCH, [
    'DataProcessing-Bytes',
    'Log data ingested',
    'GB',
    0.5,
    'Log Group',
  ]),
  logStorage: item(CLOUDWATCH, [
    'TimedStorage-ByteHrs',
    'Log data archived',
    'GB-Months',
    0.03,
    'Log Group',
  ]),
  natHours: item(VPC, ['NatGateway-Hours', 'Gateway hours', 'Hours', 0.045, 'NAT Gateway']),
  natBytes: item(VPC, ['NatGateway-Bytes', 'Data processed', 'GB', 0.045, 'NAT Gateway']),
  endpointHours: item(VPC, ['VpcEndpoint-Hours', 'Endpoint hours', 'Hours', 0.01, 'VPC Endpoint']),
  endpointBytes: item(VPC, ['VpcEndpoint-Bytes', 'Data processed', 'GB', 0.01, 'VPC Endpoint']),
  publicAddress: item(VPC, [
    'PublicIPv4:InUseAddress',
    'Public address hours',
    'Hours',
    0.005,
    'Network Interface',
  ]),
  loadBalancerHours: item(ELB, [
    'LoadBalancerUsage',
    'Load balancer hours',
    'Hours',
    0.0225,
    'Load Balancer',
  ]),
  loadBalancerUnits: item(ELB, ['LCUUsage', 'Capacity units', 'LCU-Hours', 0.008, 'Load Balancer']),
  tableReads: item(DYNAMODB, ['ReadRequestUnits', 'Reads', 'ReadRequestUnits', 0.0000002, 'Table']),
  tableWrites: item(DYNAMODB, [
    'WriteRequestUnits',
    'Writes',
    'WriteRequestUnits',
    0.0000007,
    'Table',
  ]),
  containerCpu: item(ECS, [
    'Fargate-vCPU-Hours:perCPU',
    'Container vCPU',
    'vCPU-Hours',
    0.04048,
    'Service',
  ]),
  containerMemory: item(ECS, [
    'Fargate-GB-Hours',
    'Container memory',
    'GB-Hours',
    0.004445,
    'Service',
  ]),
  cacheHours: item(CACHE, ['NodeUsage:cache.r6g.large', 'Node hours', 'Hours', 0.206, 'Cluster']),
  queueRequests: item(SQS, ['Requests', 'Requests', 'Requests', 0.0000004, 'Queue']),
  keyMonths: item(KMS, ['KMS-Keys', 'Customer keys', 'Keys', 1, 'Key']),
} as const;

/** How a Region is named, prefixed and priced relative to us-east-1 (in thousandths). */
export const REGIONS: Readonly<
  Record<string, { readonly name: string; readonly prefix: string; readonly priceFactor: number }>
> = {
  'us-east-1': { name: 'US East (N. Virginia)', prefix: 'USE1-', priceFactor: 1000 },
  'us-west-2': { name: 'US West (Oregon)', prefix: 'USW2-', priceFactor: 1000 },
  'eu-central-1': { name: 'EU (Frankfurt)', prefix: 'EUC1-', priceFactor: 1180 },
  'sa-east-1': { name: 'South America (Sao Paulo)', prefix: 'SAE1-', priceFactor: 1500 },
};

/** The usage type as it stands on the bill of a Region. */
export function usageTypeIn(regionId: string, priceItem: PriceItem): string {
  const plain = regionId === 'us-east-1' && !priceItem.prefixAlways;
  return plain ? priceItem.usageType : `${REGIONS[regionId]?.prefix ?? ''}${priceItem.usageType}`;
}

/** Negotiated discount in thousandths of the list price; the difference of ListCost and ContractedCost. */
export function contractedPrice(listPrice: number, serviceName: string): number {
  const discount = { [EC2.serviceName]: 40, [S3.serviceName]: 80 }[serviceName] ?? 0;
  return Math.round((listPrice * (1000 - discount)) / 1000);
}
