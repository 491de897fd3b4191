import type { JsonObject } from '@counterfoil/core';
import { DEMO_ACCESS } from '../access.ts';
import {
  jsonReply,
  type StandIn,
  type World,
  type WorldReply,
  type WorldRequest,
} from '../stand-in.ts';
import type { SlackMessage } from '../world-state.ts';

const TEXT_CHARACTERS_MAX = 40_000;
const PAGE_SIZE_MAX = 999;
const CHANNELS: readonly string[] = [DEMO_ACCESS.slack.channelId];

/** The part of Slack's Web API that an app needs to post and to find its posts again. */
export function slackStandIn(world: World): StandIn {
  return {
    operationOf: ({ path }) => path.replace(/^\//, ''),
    perform: (request) => perform(world, request),
    refuse: (kind) =>
      kind === 'throttle'
        ? jsonReply(429, { ok: false, error: 'ratelimited' }, { 'retry-after': '1' })
        : jsonReply(200, { ok: false, error: 'internal_error' }),
  };
}

function perform(world: World, request: WorldRequest): WorldReply {
  const method = request.path.replace(/^\//, '');
  const token = /^Bearer (.+)$/.exec(request.headers['authorization'] ?? '')?.[1];
  if (token === undefined) return refusal('not_authed');
  if (token !== DEMO_ACCESS.slack.token) return refusal('invalid_auth');
  const form = new URLSearchParams(request.body);
  switch (method) {
    case 'auth.test':
      return jsonReply(200, {
        ok: true,
        url: 'https://example.slack.com/',
        team: 'Example',
        user: 'counterfoil',
        team_id: 'T0EXAMPLE',
        user_id: 'U0COUNTERFOIL',
        bot_id: 'B0COUNTERFOIL',
      });
    case 'chat.postMessage':
      return postMessage(world, form);
    case 'conversations.history':
      return history(world, form);
    default:
      return refusal('unknown_method');
  }
}

function postMessage(world: World, form: URLSearchParams): WorldReply {
  const channelId = form.get('channel') ?? '';
  const text = form.get('text') ?? '';
  const metadata = metadataOf(form.get('metadata'));
  if (!CHANNELS.includes(channelId)) return refusal('channel_not_found');
  if (text === '') return refusal('no_text');
  if (text.length > TEXT_CHARACTERS_MAX) return refusal('msg_too_long');
  if (metadata === undefined) return refusal('invalid_metadata_format');
  const message: SlackMessage = {
    ts: nextTs(world),
    channelId,
    text,
    metadata,
    postedAt: new Date(world.nowMs()).toISOString(),
  };
  world.state.messages.push(message);
  world.touch();
  return jsonReply(200, {
    ok: true,
    channel: channelId,
    ts: message.ts,
    message: messageTree(message, true),
  });
}

function history(world: World, form: URLSearchParams): WorldReply {
  const channelId = form.get('channel') ?? '';
  if (!CHANNELS.includes(channelId)) return refusal('channel_not_found');
  const limit = Number(form.get('limit') ?? '100');
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= PAGE_SIZE_MAX))
    return refusal('invalid_limit');
  const cursor = form.get('cursor');
  const start = cursor ? Number(Buffer.from(cursor, 'base64').toString().replace('next:', '')) : 0;
  if (!Number.isInteger(start)) return refusal('invalid_cursor');
  const chosen = world.state.messages
    .filter((message) => message.channelId === channelId && isBetween(message.ts, form))
    .toReversed();
  const end = start + limit;
  const hasMore = end < chosen.length;
  const withMetadata = form.get('include_all_metadata') === 'true';
  return jsonReply(200, {
    ok: true,
    messages: chosen.slice(start, end).map((message) => messageTree(message, withMetadata)),
    has_more: hasMore,
    pin_count: 0,
    response_metadata: {
      next_cursor: hasMore ? Buffer.from(`next:${end}`).toString('base64') : '',
    },
  });
}

/** Bounds are exclusive unless the request says `inclusive`. */
function isBetween(ts: string, form: URLSearchParams): boolean {
  const inclusive = form.get('inclusive') === 'true' || form.get('inclusive') === '1';
  const oldest = form.get('oldest');
  const latest = form.get('latest');
  const after = oldest === null || (inclusive ? ts >= oldest : ts > oldest);
  const before = latest === null || (inclusive ? ts <= latest : ts < latest);
  return after && before;
}

/** Seconds and six digits; later than any before, even within one millisecond. */
function nextTs(world: World): string {
  const nowMicros = BigInt(Math.floor(world.nowMs())) * 1000n;
  const last = world.state.messages.at(-1);
  const lastMicros = last ? BigInt(last.ts.replace('.', '')) : 0n;
  const micros = nowMicros > lastMicros ? nowMicros : lastMicros + 1n;
  const text = micros.toString();
  return `${text.slice(0, -6)}.${text.slice(-6)}`;
}

/** `null` without metadata, `undefined` where it is malformed. */
function metadataOf(text: string | null): JsonObject | null | undefined {
  if (text === null) return null;
  try {
    const value = JSON.parse(text) as { event_type?: unknown; event_payload?: unknown };
    const valid =
      typeof value.event_type === 'string' &&
      typeof value.event_payload === 'object' &&
      value.event_payload !== null;
    return valid ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

function messageTree(message: SlackMessage, withMetadata: boolean): object {
  return {
    type: 'message',
    subtype: 'bot_message',
    bot_id: 'B0COUNTERFOIL',
    text: message.text,
    ts: message.ts,
    ...(withMetadata && message.metadata && { metadata: message.metadata }),
  };
}

function refusal(error: string): WorldReply {
  return jsonReply(200, { ok: false, error });
}
