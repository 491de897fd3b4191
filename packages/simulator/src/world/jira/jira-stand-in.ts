import type { Json, JsonObject } from '@counterfoil/core';
import { DEMO_ACCESS } from '../access.ts';
import {
  jsonReply,
  type StandIn,
  type World,
  type WorldReply,
  type WorldRequest,
} from '../stand-in.ts';
import type { JiraTicket } from '../world-state.ts';
import { isDocument } from './document.ts';

const ISSUE_TYPES = ['Task', 'Story', 'Bug'];
const SUMMARY_CHARACTERS_MAX = 255;
const FIRST_ID = 10_001;
const SITE = 'https://example.atlassian.net';

/** The part of the Jira Cloud platform API (version 3) that opens tickets and finds them again. */
export function jiraStandIn(world: World): StandIn {
  return {
    operationOf: ({ method, path }) => `${method} ${path}`,
    perform: (request) => perform(world, request),
    refuse: (kind) =>
      kind === 'throttle'
        ? jsonReply(
            429,
            { errorMessages: ['Rate limit exceeded.'], errors: {} },
            { 'retry-after': '1' },
          )
        : jsonReply(500, { errorMessages: ['Internal server error'], errors: {} }),
  };
}

function perform(world: World, request: WorldRequest): WorldReply {
  const { email, apiToken } = DEMO_ACCESS.jira;
  const expected = `Basic ${Buffer.from(`${email}:${apiToken}`).toString('base64')}`;
  if (request.headers['authorization'] !== expected) {
    return jsonReply(401, {
      errorMessages: ['Client must be authenticated to access this resource.'],
      errors: {},
    });
  }
  const { method, path } = request;
  if (method === 'GET' && path === '/rest/api/3/myself') {
    return jsonReply(200, {
      accountId: 'counterfoil',
      emailAddress: email,
      displayName: 'Counterfoil',
      active: true,
    });
  }
  const key = /^\/rest\/api\/3\/issue\/([A-Z0-9_-]+)$/.exec(path)?.[1];
  if (method === 'GET' && key !== undefined) return getIssue(world, key);
  const body = method === 'POST' ? objectOf(request.body) : undefined;
  if (body && path === '/rest/api/3/issue') return createIssue(world, body);
  if (body && path === '/rest/api/3/search/jql') return search(world, body);
  if (method === 'POST' && !body) return problem(400, ['There was an error parsing JSON.']);
  return problem(404, ['Not found.']);
}

function createIssue(world: World, body: JsonObject): WorldReply {
  const fields = (body['fields'] ?? {}) as JsonObject;
  const errors = fieldErrors(fields);
  if (Object.keys(errors).length > 0) return problem(400, [], errors);
  const number = world.state.tickets.length + 1;
  const ticket: JiraTicket = {
    id: String(FIRST_ID + world.state.tickets.length),
    key: `${DEMO_ACCESS.jira.projectKey}-${number}`,
    fields,
    createdAt: new Date(world.nowMs()).toISOString(),
  };
  world.state.tickets.push(ticket);
  world.touch();
  return jsonReply(201, { id: ticket.id, key: ticket.key, self: selfOf(ticket) });
}

/** What Jira says of each field that it does not accept. */
function fieldErrors(fields: JsonObject): Record<string, string> {
  const errors: Record<string, string> = {};
  const { projectKey, sourceField } = DEMO_ACCESS.jira;
  const { summary, labels, description } = fields;
  if (textAt(fields['project'], 'key') !== projectKey)
    errors['project'] = 'valid project is required';
  if (!ISSUE_TYPES.includes(textAt(fields['issuetype'], 'name') ?? '')) {
    errors['issuetype'] = 'Specify a valid issue type';
  }
  if (typeof summary !== 'string' || summary.trim() === '') {
    errors['summary'] = 'You must specify a summary of the issue.';
  } else if (summary.length > SUMMARY_CHARACTERS_MAX || summary.includes('\n')) {
    errors['summary'] = 'Summary must be one line of at most 255 characters.';
  }
  if (description !== undefined && !isDocument(description)) {
    errors['description'] =
      'Operation value must be an Atlassian Document (see the Atlassian Document Format)';
  }
  if (labels !== undefined && !(Array.isArray(labels) && labels.every(isLabel))) {
    errors['labels'] = 'The label contains spaces which is invalid.';
  }
  if (typeof fields[sourceField] !== 'string' || fields[sourceField] === '') {
    errors[sourceField] = 'Source is required.';
  }
  return errors;
}

function getIssue(world: World, key: string): WorldReply {
  const ticket = world.state.tickets.find((candidate) => candidate.key === key);
  if (!ticket)
    return problem(404, ['Issue does not exist or you do not have permission to see it.']);
  return jsonReply(200, issueTree(ticket));
}

/** Knows one query: tickets of a label. */
function search(world: World, body: JsonObject): WorldReply {
  const label = /^labels = "([^"\\]{1,255})"$/.exec(String(body['jql'] ?? ''))?.[1];
  if (label === undefined) return problem(400, ['Error in the JQL Query.']);
  const max = Number(body['maxResults'] ?? 50);
  const found = world.state.tickets.filter(({ fields }) => {
    const { labels } = fields;
    return Array.isArray(labels) && labels.includes(label);
  });
  return jsonReply(200, {
    issues: found.slice(0, max).map(issueTree),
    isLast: found.length <= max,
  });
}

function issueTree(ticket: JiraTicket): object {
  const status = { name: 'To Do', id: '10000' };
  return {
    id: ticket.id,
    key: ticket.key,
    self: selfOf(ticket),
    fields: { ...ticket.fields, status, created: ticket.createdAt },
  };
}

function selfOf({ id }: JiraTicket): string {
  return `${SITE}/rest/api/3/issue/${id}`;
}

function problem(
  status: number,
  errorMessages: readonly string[],
  errors: Readonly<Record<string, string>> = {},
): WorldReply {
  return jsonReply(status, { errorMessages, errors });
}

function isLabel(value: Json): boolean {
  return typeof value === 'string' && /^\S{1,255}$/.test(value);
}

function textAt(value: Json | undefined, name: string): string | undefined {
  const found = (value as JsonObject | null | undefined)?.[name];
  return typeof found === 'string' ? found : undefined;
}

function objectOf(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined;
  } catch {
    return undefined;
  }
}
