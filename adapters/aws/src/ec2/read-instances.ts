import { createHash } from 'node:crypto';
import { DescribeInstancesCommand, type EC2Client, type Instance } from '@aws-sdk/client-ec2';
import { InputError, LimitError, type Precondition } from '@counterfoil/core';
import { calling } from '../sessions/aws-error.ts';
import { instanceIdOf } from './instance-targets.ts';

const PAGES_MAX = 10;

/** What EC2 says of one instance, as far as we decide on it. */
export interface InstanceState {
  readonly instanceId: string;
  /** `pending`, `running`, `stopping`, `stopped`, `shutting-down` or `terminated`. */
  readonly state: string;
  readonly instanceType: string;
  /** ISO time of the last start, empty where EC2 gives none. */
  readonly launchedAt: string;
  /** `ebs` or `instance-store`. */
  readonly rootDeviceType: string;
  /** `on_demand`, `spot`, `scheduled` or `capacity-block`. */
  readonly lifecycle: string;
  /** Whether an Auto Scaling group would replace the instance; set by AWS in a tag that tenants cannot write. */
  readonly inAutoScalingGroup: boolean;
  readonly tagCount: number;
}

/** Describes the instances of these ids; those that EC2 does not have are missing from the answer. */
export async function readInstances(
  client: EC2Client,
  instanceIds: readonly string[],
  signal?: AbortSignal,
): Promise<readonly InstanceState[]> {
  const found: InstanceState[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    // A filter answers with those that exist, where `InstanceIds` fails as a whole for one that does not.
    const command = new DescribeInstancesCommand({
      Filters: [{ Name: 'instance-id', Values: [...instanceIds] }],
      MaxResults: 100,
      ...(nextToken !== undefined && { NextToken: nextToken }),
    });
    const answer = await calling('ec2:DescribeInstances', () =>
      client.send(command, signal ? { abortSignal: signal } : {}),
    );
    for (const reservation of answer.Reservations ?? []) {
      found.push(...(reservation.Instances ?? []).map(stateOf));
    }
    nextToken = answer.NextToken;
    if (!nextToken) return found.toSorted((a, b) => (a.instanceId < b.instanceId ? -1 : 1));
  }
  throw new LimitError('PAGES', `EC2 answered with more than ${PAGES_MAX} pages`);
}

/** Like {@link readInstances}, and `InputError` where one of them does not exist; in the order asked. */
export async function readExistingInstances(
  client: EC2Client,
  instanceIds: readonly string[],
): Promise<readonly InstanceState[]> {
  const found = new Map(
    (await readInstances(client, instanceIds)).map((instance) => [instance.instanceId, instance]),
  );
  return instanceIds.map((id) => {
    const instance = found.get(id);
    if (instance) return instance;
    throw new InputError('INSTANCE_UNKNOWN', `EC2 has no instance ${id} there`, {
      remedy: 'compare the account and the Region; a terminated instance disappears after an hour',
    });
  });
}

/** The preconditions of these targets: the state that an approval relies on, and its hash. */
export function preconditionsOf(
  targets: readonly string[],
  instances: readonly InstanceState[],
): readonly Precondition[] {
  return targets.flatMap((target) => {
    const instance = instances.find(({ instanceId }) => instanceId === instanceIdOf(target));
    if (!instance) return [];
    const { instanceId, instanceType, launchedAt, state } = instance;
    // Keys stand in sorted order: the hash is over exactly this text.
    const bound = { instanceId, instanceType, launchedAt, state };
    const stateSha256 = createHash('sha256').update(JSON.stringify(bound)).digest('hex');
    return [{ target, stateSha256, state: bound }];
  });
}

function stateOf(instance: Instance): InstanceState {
  return {
    instanceId: instance.InstanceId ?? '',
    state: instance.State?.Name ?? 'unknown',
    instanceType: instance.InstanceType ?? 'unknown',
    launchedAt: instance.LaunchTime?.toISOString() ?? '',
    rootDeviceType: instance.RootDeviceType ?? 'ebs',
    lifecycle: instance.InstanceLifecycle ?? 'on_demand',
    inAutoScalingGroup: (instance.Tags ?? []).some(
      ({ Key }) => Key === 'aws:autoscaling:groupName',
    ),
    tagCount: instance.Tags?.length ?? 0,
  };
}
