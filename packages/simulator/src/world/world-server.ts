import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { InputError, PlatformError } from '@counterfoil/core';
import type { Organisation } from '../organisation/index.ts';
import { DEMO_ACCESS } from './access.ts';
import { awsStandIn } from './aws/aws-stand-in.ts';
import { FaultList, parseFault, type ServiceName } from './faults.ts';
import { inboxOf } from './inbox.ts';
import { jiraStandIn } from './jira/jira-stand-in.ts';
import { slackStandIn } from './slack/slack-stand-in.ts';
import {
  jsonReply,
  type StandIn,
  type World,
  type WorldReply,
  type WorldRequest,
} from './stand-in.ts';
import { loadState, saveState } from './state-file.ts';
import { emptyState } from './world-state.ts';

const BODY_BYTES_MAX = 1 << 20;
const PREFIXES: readonly (readonly [prefix: string, service: ServiceName])[] = [
  ['/aws', 'aws'],
  ['/slack/api', 'slack'],
  ['/jira', 'jira'],
];

export interface WorldOptions {
  readonly organisation: Organisation;
  /** Where the state is kept; what was answered is on disk. */
  readonly stateFile: string;
  readonly nowMs?: () => number;
}

/** The outside world of the demonstration: AWS, Slack and Jira on one loopback server. */
export interface DemoWorld {
  /** Listens and tells the port; 0 takes a free one. */
  listen(host: string, port: number): Promise<number>;
  close(): Promise<void>;
}

/** Makes the world of an organisation. Routes: /aws, /slack/api, /jira, /inbox, and /admin with its token. */
export function createDemoWorld(options: WorldOptions): DemoWorld {
  const { organisation, stateFile } = options;
  let state = loadState(stateFile, organisation.seed);
  let touched = false;
  const world: World = {
    organisation,
    get state() {
      return state;
    },
    nowMs: options.nowMs ?? Date.now,
    touch: () => {
      touched = true;
    },
  };
  const persist = () => {
    if (touched) saveState(stateFile, state);
    touched = false;
  };
  const faults = new FaultList();
  const standIns: Readonly<Record<ServiceName, StandIn>> = {
    aws: awsStandIn(world),
    slack: slackStandIn(world),
    jira: jiraStandIn(world),
  };
  const reset = () => {
    state = emptyState(organisation.seed);
    touched = true;
    persist();
  };
  const admin = adminRoutes(world, faults, reset);
  const server = createServer((incoming, outgoing) => {
    void handle(incoming, outgoing, { world, standIns, faults, admin, persist });
  });
  return {
    listen: (host, port) => listen(server, host, port),
    close: () => close(server, persist),
  };
}

interface Setting {
  readonly world: World;
  readonly standIns: Readonly<Record<ServiceName, StandIn>>;
  readonly faults: FaultList;
  readonly admin: (request: WorldRequest) => WorldReply;
  persist(): void;
}

async function handle(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  setting: Setting,
): Promise<void> {
  try {
    const request = await readRequest(incoming);
    const reply = await replyTo(request, setting);
    if (reply === 'drop') {
      outgoing.destroy();
      return;
    }
    outgoing.writeHead(reply.status, reply.headers);
    outgoing.end(reply.body);
  } catch (error) {
    if (outgoing.headersSent || outgoing.destroyed) return;
    const status = error instanceof PlatformError ? 400 : 500;
    const message = error instanceof Error ? error.message : 'unknown';
    outgoing.writeHead(status, { 'content-type': 'application/json' });
    outgoing.end(JSON.stringify({ message }));
  }
}

async function replyTo(request: WorldRequest, setting: Setting): Promise<WorldReply | 'drop'> {
  // A page of another origin may not reach a loopback server through a name of its own.
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(request.headers['host'] ?? '')) {
    return jsonReply(421, { message: 'this server answers on the loopback address only' });
  }
  if (request.method === 'GET' && request.path === '/inbox') {
    return jsonReply(200, inboxOf(setting.world));
  }
  if (request.path.startsWith('/admin/')) return setting.admin(request);
  const routed = route(request);
  if (!routed) return jsonReply(404, { message: 'no stand-in has this path' });
  return await performWithFaults(routed.service, routed.request, setting);
}

function route(
  request: WorldRequest,
): { readonly service: ServiceName; readonly request: WorldRequest } | undefined {
  for (const [prefix, service] of PREFIXES) {
    if (request.path !== prefix && !request.path.startsWith(`${prefix}/`)) continue;
    return { service, request: { ...request, path: request.path.slice(prefix.length) } };
  }
  return undefined;
}

async function performWithFaults(
  service: ServiceName,
  request: WorldRequest,
  { standIns, faults, persist }: Setting,
): Promise<WorldReply | 'drop'> {
  const standIn = standIns[service];
  const fault = faults.take(service, standIn.operationOf(request));
  if (fault?.kind === 'drop_before') return 'drop';
  if (fault?.kind === 'error' || fault?.kind === 'throttle') return standIn.refuse(fault.kind);
  if (fault?.kind === 'delay_before') await delay(fault.delayMs);
  const reply = standIn.perform(request);
  persist();
  if (fault?.kind === 'drop_after') return 'drop';
  if (fault?.kind === 'delay_after') await delay(fault.delayMs);
  return reply;
}

function adminRoutes(world: World, faults: FaultList, reset: () => void) {
  return (request: WorldRequest): WorldReply => {
    if (request.headers['x-world-token'] !== DEMO_ACCESS.adminToken) {
      return jsonReply(403, { message: 'the header x-world-token is missing or wrong' });
    }
    switch (`${request.method} ${request.path}`) {
      case 'POST /admin/faults':
        faults.add(parseFault(JSON.parse(request.body)));
        return jsonReply(200, { added: true });
      case 'DELETE /admin/faults':
        faults.clear();
        return jsonReply(200, { cleared: true });
      case 'POST /admin/reset':
        faults.clear();
        reset();
        return jsonReply(200, { reset: true });
      case 'GET /admin/calls':
        return jsonReply(200, world.state.calls);
      default:
        return jsonReply(404, { message: 'no such admin route' });
    }
  };
}

async function readRequest(incoming: IncomingMessage): Promise<WorldRequest> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    bytes += (chunk as Buffer).length;
    // The rest is read and dropped, so that the refusal can still be answered.
    if (bytes <= BODY_BYTES_MAX) chunks.push(chunk as Buffer);
  }
  if (bytes > BODY_BYTES_MAX) {
    throw new InputError('BODY_TOO_LARGE', `the body has more than ${BODY_BYTES_MAX} bytes`);
  }
  const url = new URL(incoming.url ?? '/', 'http://localhost');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    headers[name] = Array.isArray(value) ? value.join(', ') : (value ?? '');
  }
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    rawPath: url.pathname,
    query: url.searchParams,
    headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function close(server: Server, persist: () => void): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  persist();
}
