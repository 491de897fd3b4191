import type { AwsSessions } from '@counterfoil/aws';
import { createIssuePerformer, createIssuePlanner } from '@counterfoil/jira';
import {
  describeInstancesTool,
  stopInstancesPerformer,
  stopInstancesPlanner,
} from '@counterfoil/aws';
import type { ActionPerformer, ActionPlanner, Tool } from '@counterfoil/core';
import { postMessagePerformer, postMessagePlanner } from '@counterfoil/slack';

/** One change of the outside, with the bytes that arrived. Nothing of the product can write here but by calling. */
export interface OutsideEffect {
  readonly sink: 'aws' | 'slack' | 'jira';
  /** Account, channel or project. */
  readonly where: string;
  readonly targets: readonly string[];
  /** Everything that was sent, as text. */
  readonly bytes: string;
  /** The idempotency key that came along; empty where none did. */
  readonly key: string;
}

export interface StandInInstance {
  readonly instanceId: string;
  readonly account: string;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
  state: string;
}

/** The names that the outside world knows. */
export const PLACES = {
  channelId: 'C0FINOPS',
  projectKey: 'FINOPS',
  issueType: 'Task',
  sourceField: 'customfield_10050',
} as const;

/** AWS, Slack and Jira behind the real connectors: what would go over the wire is recorded instead. */
export class Outside {
  readonly effects: OutsideEffect[] = [];
  readonly instances = new Map<string, StandInInstance>();
  readonly #messages: { channel: string; ts: string; metadata: unknown }[] = [];
  readonly #issues: { key: string; id: string; fields: Record<string, unknown> }[] = [];

  /** The real connectors' tool and halves of the action kinds. */
  connect(): {
    readonly describe: Tool;
    readonly planners: readonly ActionPlanner[];
    readonly performers: readonly ActionPerformer[];
  } {
    const sessions = this.#sessions();
    return {
      describe: describeInstancesTool(sessions),
      planners: [
        stopInstancesPlanner(sessions),
        postMessagePlanner(PLACES),
        createIssuePlanner(PLACES),
      ],
      performers: [
        stopInstancesPerformer(sessions),
        postMessagePerformer(this.#slack()),
        createIssuePerformer(this.#jira(), { searchWaitsMs: [0] }),
      ],
    };
  }

  #sessions(): AwsSessions {
    const client = (account: string, key: string) => ({
      send: async (command: { readonly input: Record<string, unknown> }) =>
        'Filters' in command.input
          ? this.#describe(account, command.input)
          : this.#stop(account, key, command.input),
    });
    const sessions = {
      reader: async ({ account }: { readonly account: string }) => client(account, ''),
      writer: async ({ account, sourceIdentity }: { account: string; sourceIdentity: string }) =>
        client(account, sourceIdentity),
      close: () => undefined,
    };
    return sessions as unknown as AwsSessions;
  }

  #describe(account: string, input: Record<string, unknown>) {
    const [filter] = input['Filters'] as readonly { readonly Values: readonly string[] }[];
    const found = (filter?.Values ?? []).flatMap((id) => this.instances.get(id) ?? []);
    const own = found.filter((instance) => instance.account === account);
    return {
      Reservations: own.map((instance) => ({
        Instances: [
          {
            InstanceId: instance.instanceId,
            InstanceType: 'p4d.24xlarge',
            State: { Name: instance.state },
            LaunchTime: new Date('2026-02-20T03:00:00Z'),
            RootDeviceType: 'ebs',
            Tags: instance.tags,
          },
        ],
      })),
    };
  }

  #stop(account: string, key: string, input: Record<string, unknown>) {
    const targets = input['InstanceIds'] as readonly string[];
    this.effects.push({ sink: 'aws', where: account, targets, bytes: targets.join(' '), key });
    const changes = targets.map((InstanceId) => {
      const instance = this.instances.get(InstanceId);
      const from = instance?.state ?? 'unknown';
      if (instance) instance.state = 'stopped';
      return { InstanceId, PreviousState: { Name: from }, CurrentState: { Name: 'stopping' } };
    });
    return { StoppingInstances: changes };
  }

  #slack(): Parameters<typeof postMessagePerformer>[0] {
    const client = {
      chat: {
        postMessage: async (message: { channel: string; text: string; metadata?: unknown }) => {
          const ts = `${this.#messages.length + 1}.000100`;
          this.#messages.push({ channel: message.channel, ts, metadata: message.metadata });
          this.#record('slack', message.channel, message);
          return { ok: true, ts };
        },
      },
      conversations: {
        history: async ({ channel }: { channel: string }) => ({
          ok: true,
          messages: this.#messages.filter((message) => message.channel === channel),
        }),
      },
    };
    return client as unknown as Parameters<typeof postMessagePerformer>[0];
  }

  #jira(): Parameters<typeof createIssuePerformer>[0] {
    const client = {
      issues: {
        createIssue: async ({ fields }: { fields: Record<string, unknown> }) => {
          const { key: project } = fields['project'] as { readonly key: string };
          const place = String(this.#issues.length + 1);
          const issue = { key: `${project}-${place}`, id: place, fields };
          this.#issues.push(issue);
          this.#record('jira', project, fields);
          return issue;
        },
        getIssue: async ({ issueIdOrKey }: { issueIdOrKey: string }) =>
          this.#issues.find(({ key }) => key === issueIdOrKey) ?? {},
      },
      issueSearch: {
        searchAndReconsileIssuesUsingJqlPost: async () => ({ issues: this.#issues }),
      },
    };
    return client as unknown as Parameters<typeof createIssuePerformer>[0];
  }

  #record(sink: 'slack' | 'jira', where: string, sent: unknown): void {
    const bytes = JSON.stringify(sent);
    const key = /cf-[0-9a-f]{48}/.exec(bytes)?.[0] ?? '';
    this.effects.push({ sink, where, targets: [where], bytes, key });
  }
}
