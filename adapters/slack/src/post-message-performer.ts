import type { WebClient } from '@slack/web-api';
import type { ActionPerformer, Effect, PerformContext, Reconciliation } from '@counterfoil/core';
import { parsePostMessage, postMessageDeclaration } from './post-message-declaration.ts';
import { calling } from './slack-error.ts';

const EVENT_TYPE = 'counterfoil';
const PAGE_SIZE = 200;
const PAGES_MAX = 5;

/** The executor's half. The idempotency key travels as message metadata, which only apps see, and is what a reconciling read looks for. */
export function postMessagePerformer(client: WebClient): ActionPerformer {
  return {
    ...postMessageDeclaration,
    preconditions: async () => [],
    execute: async (parameters, context) => {
      const { channelId, title, body } = parsePostMessage(parameters);
      // Slack has no idempotency key of its own: what this key has posted already is not posted again.
      const earlier = await findOurs(client, channelId, context);
      if (earlier.type === 'performed') return earlier.effect;
      const answer = await calling('chat.postMessage', () =>
        client.chat.postMessage({
          channel: channelId,
          text: escapeText(`${title}\n${body}`),
          mrkdwn: false,
          parse: 'none',
          link_names: false,
          unfurl_links: false,
          unfurl_media: false,
          metadata: {
            event_type: EVENT_TYPE,
            event_payload: { idempotencyKey: context.idempotencyKey, caseId: context.caseId },
          },
        }),
      );
      return effectOf(channelId, answer.ts ?? '');
    },
    reconcile: async (parameters, context) =>
      findOurs(client, parsePostMessage(parameters).channelId, context),
    verify: async (parameters, effect, context) => {
      const { channelId } = parsePostMessage(parameters);
      const { messages } = await readHistory(client, channelId, {
        latest: effect.reference,
        oldest: effect.reference,
        inclusive: true,
        limit: 1,
      });
      const seen = messages.some(
        (message) => message.ts === effect.reference && isOurs(message, context),
      );
      return {
        status: seen ? 'confirmed' : 'not_confirmed',
        note: seen ? 'Slack shows the message.' : 'Slack does not show the message.',
        facts: { channelId, ts: effect.reference },
      };
    },
  };
}

async function findOurs(
  client: WebClient,
  channelId: string,
  context: PerformContext,
): Promise<Reconciliation> {
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { messages, next } = await readHistory(client, channelId, {
      limit: PAGE_SIZE,
      ...(cursor !== undefined && { cursor }),
    });
    const posted = messages.find((message) => isOurs(message, context));
    if (posted) return { type: 'performed', effect: effectOf(channelId, posted.ts ?? '') };
    if (!next) return { type: 'not_performed' };
    cursor = next;
  }
  return {
    type: 'unknown',
    note: `the message is not among the last ${PAGE_SIZE * PAGES_MAX} of the channel`,
  };
}

/** What Slack reads as markup is written as entities, as its documentation asks; nothing in the text can mention or link. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

interface HistoryMessage {
  readonly ts?: string | undefined;
  readonly metadata?: {
    readonly event_type?: string | undefined;
    readonly event_payload?: unknown;
  };
}

interface HistoryOptions {
  readonly limit: number;
  readonly cursor?: string;
  readonly latest?: string;
  readonly oldest?: string;
  readonly inclusive?: boolean;
}

async function readHistory(client: WebClient, channelId: string, options: HistoryOptions) {
  const answer = await calling('conversations.history', () =>
    client.conversations.history({ channel: channelId, include_all_metadata: true, ...options }),
  );
  return {
    messages: (answer.messages ?? []) as readonly HistoryMessage[],
    next: answer.response_metadata?.next_cursor,
  };
}

function isOurs({ metadata }: HistoryMessage, { idempotencyKey }: PerformContext): boolean {
  const payload = metadata?.event_payload;
  return (
    metadata?.event_type === EVENT_TYPE &&
    typeof payload === 'object' &&
    payload !== null &&
    (payload as { readonly idempotencyKey?: unknown }).idempotencyKey === idempotencyKey
  );
}

function effectOf(channelId: string, ts: string): Effect {
  return { reference: ts, facts: { channelId, ts } };
}
