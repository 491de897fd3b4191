import { InputError, readFields, readPattern, type Tool, type ToolAnswer } from '@counterfoil/core';
import { instanceIdOf, readInstanceTargets } from '../ec2/instance-targets.ts';
import { readInstances, type InstanceState } from '../ec2/read-instances.ts';
import { labelsOfFacts } from '../labels/field-labels.ts';
import { INSTANCE_FIELDS } from '../labels/instance-fields.ts';
import type { AwsSessions } from '../sessions/aws-sessions.ts';

const INSTANCES_MAX = 20;

/** Which fields of the API each fact is made of. */
const LABELS = labelsOfFacts(INSTANCE_FIELDS, {
  'instances.found': ['InstanceId'],
  'instances.running': ['InstanceId', 'State.Name'],
  'instances.missing': ['InstanceId'],
  'instances.ids': ['InstanceId'],
  'instances.runningIds': ['InstanceId', 'State.Name'],
  'instances.types': ['InstanceType'],
  'instances.launchedEarliest': ['LaunchTime'],
});
const REGION_ID = /^[a-z]{2}(?:-[a-z]+)+-\d$/;

/**
 * Asks EC2 what the named instances are. Its facts are ids, types, states and times that AWS sets; names and tags, which
 * tenants write, are counted and never repeated.
 */
export function describeInstancesTool(sessions: AwsSessions): Tool {
  return {
    name: 'aws.describe_instances',
    description: 'Type, state and launch time of named EC2 instances, as EC2 reports them now.',
    inputSchema: {
      type: 'object',
      additionalProperties: false,
      required: ['account', 'region', 'instanceIds'],
      properties: {
        account: { type: 'string', pattern: '^\\d{12}$' },
        region: { type: 'string', pattern: REGION_ID.source },
        instanceIds: {
          type: 'array',
          minItems: 1,
          maxItems: INSTANCES_MAX,
          uniqueItems: true,
          items: { type: 'string', description: 'instance id or ARN' },
        },
      },
    },
    permissions: ['ec2:DescribeInstances'],
    timeoutMs: 20_000,
    labels: LABELS,
    observe: async (input, context) => {
      const { account, region, ids } = parse(input);
      if (!context.scopeAccounts.includes(account)) {
        throw new InputError('OUT_OF_SCOPE', `account ${account} is outside the scope of the case`);
      }
      const client = await sessions.reader({ account, region });
      const instances = await readInstances(client, ids, context.signal);
      return answerOf(instances, { account, region, ids });
    },
  };
}

interface Asked {
  readonly account: string;
  readonly region: string;
  readonly ids: readonly string[];
}

function parse(input: unknown): Asked {
  const fields = readFields(input, ['account', 'region', 'instanceIds']);
  return {
    account: readPattern('account', fields.account, {
      pattern: /^\d{12}$/,
      remedy: 'give the twelve digits of one account',
    }),
    region: readPattern('region', fields.region, {
      pattern: REGION_ID,
      remedy: 'give a Region such as us-east-1',
    }),
    ids: readInstanceTargets('instanceIds', fields.instanceIds, {
      targetsMax: INSTANCES_MAX,
    }).map(instanceIdOf),
  };
}

function answerOf(instances: readonly InstanceState[], asked: Asked): ToolAnswer {
  const { account, region, ids } = asked;
  const running = instances.filter(({ state }) => state === 'running');
  const types = [...new Set(instances.map(({ instanceType }) => instanceType))];
  const [earliest = null] = instances.map(({ launchedAt }) => launchedAt.slice(0, 10)).toSorted();
  const missing = ids.length - instances.length;
  return {
    status: instances.length > 0 ? 'answered' : 'no_data',
    question: `What are the ${ids.length} instances behind the cost in account ${account}, ${region}?`,
    finding:
      instances.length > 0
        ? `${running.length} of ${instances.length} run (${types.join(', ')}), launched from ${earliest ?? 'an unknown day'} on; ${missing} of those asked for are gone.`
        : `EC2 knows none of the ${ids.length} instances any more.`,
    facts: {
      'instances.found': instances.length,
      'instances.running': running.length,
      'instances.missing': missing,
      'instances.ids': instances.map(({ instanceId }) => instanceId).join(' '),
      'instances.runningIds': running.map(({ instanceId }) => instanceId).join(' '),
      'instances.types': types.join(' '),
      'instances.launchedEarliest': earliest,
    },
    source: `ec2:DescribeInstances ${account} ${region} ${ids.join(' ')}`,
  };
}
