import { InputError, readPattern, type ActionContext } from '@counterfoil/core';

const INSTANCE_ID = /^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/;
const INSTANCE_ARN =
  /^arn:aws(?:-[a-z-]+)?:ec2:([a-z0-9-]+):(\d{12}):instance\/(i-(?:[0-9a-f]{8}|[0-9a-f]{17}))$/;
const TARGET = new RegExp(`${INSTANCE_ID.source}|${INSTANCE_ARN.source}`);

/** The most instances that one action or read may name. */
export interface TargetBounds {
  readonly targetsMax: number;
}

/** Reads a list of instance ids or ARNs: not empty, within the bound, none twice, ARNs all of one account and Region. */
export function readInstanceTargets(
  field: string,
  value: unknown,
  { targetsMax }: TargetBounds,
): readonly [string, ...string[]] {
  if (!Array.isArray(value) || value.length === 0 || value.length > targetsMax) {
    throw new InputError('TARGETS', `${field} must be a list of 1 to ${targetsMax} instances`, {
      remedy: 'name the instances, and split a longer list',
    });
  }
  const targets = value.map((entry, index) =>
    readPattern(`${field}[${index}]`, entry, {
      pattern: TARGET,
      remedy: 'give an instance id (i-…) or the ARN of an instance',
    }),
  );
  const ids = targets.map(instanceIdOf);
  if (new Set(ids).size < ids.length) {
    throw new InputError('TARGETS', `${field} names an instance twice`, {
      remedy: 'name each instance once',
    });
  }
  const places = new Set(targets.flatMap((target) => placeOf(target) ?? []));
  if (places.size > 1) {
    throw new InputError('TARGETS', `${field} spans several accounts or Regions`, {
      remedy: 'use one action for each account and Region',
    });
  }
  return targets as unknown as readonly [string, ...string[]];
}

/** The instance id of an id or ARN. */
export function instanceIdOf(target: string): string {
  return target.slice(target.lastIndexOf('/') + 1);
}

/** Instance ids of targets that all lie in the context's account and Region, which must be in its scope. */
export function idsInPlace(
  targets: readonly string[],
  { account, region, scopeAccounts }: ActionContext,
): readonly string[] {
  if (!scopeAccounts.includes(account)) {
    throw new InputError('OUT_OF_SCOPE', `account ${account} is outside the scope of the case`, {
      remedy: 'act only in accounts that the request covers',
    });
  }
  const elsewhere = targets.find(
    (target) => (placeOf(target) ?? `${region}/${account}`) !== `${region}/${account}`,
  );
  if (elsewhere !== undefined) {
    throw new InputError('TARGET_ELSEWHERE', `${elsewhere} is not in ${account}, ${region}`, {
      remedy: 'use one action for each account and Region',
    });
  }
  return targets.map(instanceIdOf);
}

/** The ARN of an instance; `partition` follows from the Region. */
export function instanceArn(account: string, region: string, instanceId: string): string {
  const partition = region.startsWith('cn-')
    ? 'aws-cn'
    : region.startsWith('us-gov-')
      ? 'aws-us-gov'
      : 'aws';
  return `arn:${partition}:ec2:${region}:${account}:instance/${instanceId}`;
}

function placeOf(target: string): string | undefined {
  const match = INSTANCE_ARN.exec(target);
  return match ? `${match[1]}/${match[2]}` : undefined;
}
