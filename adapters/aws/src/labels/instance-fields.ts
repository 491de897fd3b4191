import type { FieldLabels } from './field-labels.ts';

const aws = { integrity: 2, confidentiality: 1 } as const;

/**
 * Fields of an instance as `ec2:DescribeInstances` answers with them. What EC2 itself sets is trusted. Tags, key names, the
 * image's and security groups' names, the client token and user data are typed by tenants and missing here, so untrusted
 * (EC2 API reference, data type Instance).
 */
export const INSTANCE_FIELDS: FieldLabels = {
  InstanceId: aws,
  InstanceType: aws,
  LaunchTime: aws,
  'State.Name': aws,
  RootDeviceType: aws,
  InstanceLifecycle: aws,
  OwnerId: aws,
};
