import type { JsonObject } from '@counterfoil/core';
import { DEMO_ACCESS } from './access.ts';
import { worldInstances } from './aws/instances.ts';
import { documentText } from './jira/document.ts';
import type { World } from './stand-in.ts';

/** What the stand-ins hold, for the console and for tests; newest first. */
export interface Inbox {
  readonly messages: readonly JsonObject[];
  readonly tickets: readonly JsonObject[];
  /** The instances of planted incidents, and every instance that was changed. */
  readonly instances: readonly JsonObject[];
}

export function inboxOf(world: World): Inbox {
  const { state, organisation } = world;
  const planted = new Set(organisation.incidents.flatMap(({ resourceIds }) => resourceIds));
  const names = new Map(organisation.accounts.map(({ accountId, name }) => [accountId, name]));
  return {
    messages: state.messages.toReversed().map((message) => ({
      ts: message.ts,
      channelId: message.channelId,
      text: readableText(message.text),
      postedAt: message.postedAt,
      ...(message.metadata?.['event_payload'] as JsonObject | undefined),
    })),
    tickets: state.tickets.toReversed().map(({ id, key, fields, createdAt }) => ({
      id,
      key,
      summary: fields['summary'] ?? '',
      description: documentText(fields['description']),
      labels: fields['labels'] ?? [],
      source: fields[DEMO_ACCESS.jira.sourceField] ?? '',
      status: 'To Do',
      createdAt,
    })),
    instances: worldInstances(world)
      .filter(
        ({ resource, changedAtMs }) => changedAtMs !== null || planted.has(resource.resourceId),
      )
      .map(({ resource, state: instanceState, changedAtMs }) => ({
        resourceId: resource.resourceId,
        instanceId: resource.instance.instanceId,
        instanceType: resource.instance.instanceType,
        name: resource.name,
        accountId: resource.accountId,
        accountName: names.get(resource.accountId) ?? '',
        regionId: resource.regionId,
        state: instanceState,
        changedAt: changedAtMs === null ? null : new Date(changedAtMs).toISOString(),
      })),
  };
}

/** Slack's entities as the characters that people see. */
function readableText(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
