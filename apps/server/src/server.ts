import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import type { Logger } from 'pino';
import type { ServerSettings } from '@counterfoil/config';
import type { Clock, NewId } from '@counterfoil/core';
import { createApp } from './app.ts';
import type { ServerStore } from './context.ts';
import type { Door } from './door/door.ts';
import { Sessions } from './http/sessions.ts';
import { ChangeFeed } from './live/change-feed.ts';

/** What {@link startServer} is given; the store stays the caller's to close. */
export interface ServerOptions {
  readonly settings: ServerSettings;
  readonly store: ServerStore;
  readonly door: Door;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly logger: Logger;
}

/** A server that listens. */
export interface RunningServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts the API and the console on `settings.host`; resolves when it listens. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { settings, store, newId } = options;
  const publicUrl = new URL(settings.publicUrl);
  const feed = new ChangeFeed();
  await feed.start(store.changes);
  const sessions = new Sessions({ newId, secure: publicUrl.protocol === 'https:' });
  const app = createApp({ ...options, publicUrl, feed, sessions });
  const { promise, resolve, reject } = Promise.withResolvers<AddressInfo>();
  const server = serve({ fetch: app.fetch, hostname: settings.host, port: settings.port }, resolve);
  server.once('error', reject);
  const { port } = await promise;
  return {
    port,
    stop: async () => {
      await feed.stop();
      const closed = new Promise<void>((done) => server.close(() => done()));
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}
