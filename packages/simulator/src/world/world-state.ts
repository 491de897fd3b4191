import type { JsonObject } from '@counterfoil/core';

/** What was changed of an instance. */
export interface InstanceChange {
  readonly state: 'stopping' | 'pending';
  readonly changedAtMs: number;
}

/** A session that STS granted. The access key id names it. */
export interface GrantedSession {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly account: string;
  readonly roleName: string;
  readonly sessionName: string;
  readonly sourceIdentity: string | null;
  /** Inline policy document; null where none was given. */
  readonly policy: string | null;
  readonly expiresAtMs: number;
}

export interface SlackMessage {
  readonly ts: string;
  readonly channelId: string;
  /** As sent, with Slack's entities. */
  readonly text: string;
  readonly metadata: JsonObject | null;
  readonly postedAt: string;
}

export interface JiraTicket {
  readonly id: string;
  readonly key: string;
  readonly fields: JsonObject;
  readonly createdAt: string;
}

/** One call as CloudTrail would have it: the tests' oracle, which the program under test cannot write. */
export interface RecordedCall {
  readonly eventTime: string;
  readonly eventSource: string;
  readonly eventName: string;
  readonly awsRegion: string;
  readonly account: string;
  readonly principal: string;
  readonly accessKeyId: string;
  readonly sourceIdentity: string | null;
  readonly requestParameters: JsonObject;
  readonly errorCode: string | null;
  readonly requestId: string;
  readonly readOnly: boolean;
}

/** Everything that the stand-ins remember. */
export interface WorldState {
  readonly v: 1;
  readonly seed: number;
  /** By resource ARN. */
  readonly instances: Record<string, InstanceChange>;
  /** By access key id. */
  readonly sessions: Record<string, GrantedSession>;
  readonly messages: SlackMessage[];
  readonly tickets: JiraTicket[];
  readonly calls: RecordedCall[];
}

const CALLS_MAX = 20_000;

export function emptyState(seed: number): WorldState {
  return { v: 1, seed, instances: {}, sessions: {}, messages: [], tickets: [], calls: [] };
}

/** Adds a call; the oldest go when there are too many. */
export function recordCall(state: WorldState, call: RecordedCall): void {
  state.calls.push(call);
  if (state.calls.length > CALLS_MAX) state.calls.splice(0, state.calls.length - CALLS_MAX);
}
