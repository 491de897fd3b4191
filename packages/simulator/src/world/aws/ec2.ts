import type { World } from '../stand-in.ts';
import { AwsProblem } from './aws-problem.ts';
import { requireAllowed, type Caller } from './caller.ts';
import {
  stateTree,
  worldInstances,
  type InstanceStateName,
  type WorldInstance,
} from './instances.ts';

const XMLNS = 'http://ec2.amazonaws.com/doc/2016-11-15/';
const INSTANCE_ID = /^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/;
const PAGE_SIZE_DEFAULT = 1_000;

/** One EC2 call. */
export interface Ec2Call {
  readonly world: World;
  readonly caller: Caller;
  readonly region: string;
  readonly form: URLSearchParams;
  readonly requestId: string;
}

/** Answers of EC2 by operation; each returns the XML tree. */
export const EC2_OPERATIONS: Readonly<Record<string, (call: Ec2Call) => object>> = {
  DescribeInstances: (call) => {
    requireAllowed(call.caller, 'ec2:DescribeInstances', ['*']);
    requireNoDryRun(call.form);
    const ids = listOf(call.form, 'InstanceId');
    const chosen = (ids.length > 0 ? requireInstances(call, ids) : instancesHere(call)).filter(
      (instance) => filtersOf(call.form).every((matches) => matches(instance)),
    );
    const page = pageOf(call.form, chosen, ids.length > 0);
    return {
      DescribeInstancesResponse: {
        '@_xmlns': XMLNS,
        requestId: call.requestId,
        reservationSet: { item: page.items.map((instance) => reservationTree(instance)) },
        ...(page.nextToken !== undefined && { nextToken: page.nextToken }),
      },
    };
  },
  StopInstances: (call) =>
    change(call, 'StopInstances', { to: 'stopping', from: 'running', done: 'stopped' }),
  StartInstances: (call) =>
    change(call, 'StartInstances', { to: 'pending', from: 'stopped', done: 'running' }),
};

interface Transition {
  readonly to: 'stopping' | 'pending';
  readonly from: InstanceStateName;
  readonly done: InstanceStateName;
}

function change(call: Ec2Call, operation: string, { to, from, done }: Transition): object {
  const { world, caller, form, requestId } = call;
  const ids = listOf(form, 'InstanceId');
  if (ids.length === 0) {
    throw new AwsProblem(
      400,
      'MissingParameter',
      'The request must contain the parameter InstanceId',
    );
  }
  const instances = requireInstances(call, ids);
  requireAllowed(
    caller,
    `ec2:${operation}`,
    instances.map(({ resource }) => resource.resourceId),
  );
  requireNoDryRun(form);
  const wrong = instances.find(({ state }) => ![from, to, done].includes(state));
  if (wrong) {
    throw new AwsProblem(
      400,
      'IncorrectInstanceState',
      `The instance '${wrong.resource.instance.instanceId}' is not in a state from which it can be changed.`,
    );
  }
  const changing = instances.filter(({ state }) => state === from);
  for (const { resource } of changing) {
    world.state.instances[resource.resourceId] = { state: to, changedAtMs: world.nowMs() };
  }
  if (changing.length > 0) world.touch();
  return {
    [`${operation}Response`]: {
      '@_xmlns': XMLNS,
      requestId,
      instancesSet: {
        item: instances.map((instance) => ({
          instanceId: instance.resource.instance.instanceId,
          currentState: stateTree(instance.state === from ? to : instance.state),
          previousState: stateTree(instance.state),
        })),
      },
    },
  };
}

function instancesHere({ world, caller, region }: Ec2Call): readonly WorldInstance[] {
  return worldInstances(world).filter(
    ({ resource }) => resource.accountId === caller.account && resource.regionId === region,
  );
}

function requireInstances(call: Ec2Call, ids: readonly string[]): readonly WorldInstance[] {
  const malformed = ids.find((id) => !INSTANCE_ID.test(id));
  if (malformed !== undefined) {
    throw new AwsProblem(
      400,
      'InvalidInstanceID.Malformed',
      `Invalid id: "${malformed.slice(0, 40)}"`,
    );
  }
  const here = instancesHere(call);
  return ids.map((id) => {
    const found = here.find(({ resource }) => resource.instance.instanceId === id);
    if (found) return found;
    throw new AwsProblem(
      400,
      'InvalidInstanceID.NotFound',
      `The instance ID '${id}' does not exist`,
    );
  });
}

type Matcher = (instance: WorldInstance) => boolean;

function filtersOf(form: URLSearchParams): readonly Matcher[] {
  const filters: Matcher[] = [];
  for (let index = 1; form.has(`Filter.${index}.Name`); index += 1) {
    const name = form.get(`Filter.${index}.Name`) ?? '';
    const values = listOf(form, `Filter.${index}.Value`);
    const valueOf = FILTERS[name] ?? tagFilter(name);
    if (!valueOf)
      throw new AwsProblem(400, 'InvalidParameterValue', `The filter '${name}' is invalid`);
    filters.push((instance) => values.includes(valueOf(instance) ?? ''));
  }
  return filters;
}

const FILTERS: Readonly<Record<string, (instance: WorldInstance) => string>> = {
  'instance-id': ({ resource }) => resource.instance.instanceId,
  'instance-state-name': ({ state }) => state,
  'instance-type': ({ resource }) => resource.instance.instanceType,
};

function tagFilter(name: string): ((instance: WorldInstance) => string | undefined) | undefined {
  const key = /^tag:(.+)$/.exec(name)?.[1];
  return key === undefined ? undefined : ({ resource }) => resource.tags[key];
}

function pageOf(form: URLSearchParams, instances: readonly WorldInstance[], hasIds: boolean) {
  const given = form.get('MaxResults');
  const size = given === null ? PAGE_SIZE_DEFAULT : Number(given);
  if (given !== null && hasIds) {
    throw new AwsProblem(
      400,
      'InvalidParameterCombination',
      'The parameter instancesSet cannot be used with the parameter maxResults',
    );
  }
  if (!(Number.isInteger(size) && size >= 5 && size <= 1_000)) {
    throw new AwsProblem(
      400,
      'InvalidParameterValue',
      `Value ( ${given} ) for parameter maxResults is invalid. Expecting a value between 5 and 1000.`,
    );
  }
  const token = form.get('NextToken');
  const start = token === null ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(start)) {
    throw new AwsProblem(400, 'InvalidNextToken', 'The token is not valid.');
  }
  const end = start + size;
  return {
    items: instances.slice(start, end),
    nextToken: end < instances.length ? Buffer.from(String(end)).toString('base64url') : undefined,
  };
}

function reservationTree({ resource, state, changedAtMs }: WorldInstance): object {
  const { instance, tags } = resource;
  const stoppedAt = changedAtMs !== null && state.startsWith('stop') ? new Date(changedAtMs) : null;
  const reason = stoppedAt
    ? `User initiated (${stoppedAt.toISOString().slice(0, 19).replace('T', ' ')} GMT)`
    : '';
  // A started instance has a new launch time, which is how a stop and a start between two reads is noticed.
  const launchedAt =
    changedAtMs !== null && !stoppedAt ? new Date(changedAtMs).toISOString() : instance.launchedAt;
  return {
    reservationId: `r-${instance.instanceId.slice(2)}`,
    ownerId: resource.accountId,
    groupSet: '',
    instancesSet: {
      item: {
        instanceId: instance.instanceId,
        imageId: 'ami-0123456789abcdef0',
        instanceState: stateTree(state),
        privateDnsName: '',
        dnsName: '',
        reason,
        amiLaunchIndex: 0,
        instanceType: instance.instanceType,
        launchTime: launchedAt,
        placement: {
          availabilityZone: instance.availabilityZone,
          groupName: '',
          tenancy: 'default',
        },
        monitoring: { state: 'disabled' },
        ...(stoppedAt && {
          stateReason: {
            code: 'Client.UserInitiatedShutdown',
            message: 'Client.UserInitiatedShutdown: User initiated shutdown',
          },
        }),
        architecture: 'x86_64',
        rootDeviceType: 'ebs',
        rootDeviceName: '/dev/xvda',
        virtualizationType: 'hvm',
        hypervisor: 'xen',
        ebsOptimized: true,
        tagSet: { item: Object.entries(tags).map(([key, value]) => ({ key, value })) },
      },
    },
  };
}

function requireNoDryRun(form: URLSearchParams): void {
  if (form.get('DryRun') !== 'true') return;
  throw new AwsProblem(
    412,
    'DryRunOperation',
    'Request would have succeeded, but DryRun flag is set.',
  );
}

function listOf(form: URLSearchParams, prefix: string): readonly string[] {
  const values: string[] = [];
  for (let index = 1; form.has(`${prefix}.${index}`); index += 1) {
    values.push(form.get(`${prefix}.${index}`) ?? '');
  }
  return values;
}
