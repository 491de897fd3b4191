import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { storeError } from '../connection/store-error.ts';
import type { Changes } from '../contract.ts';

type Channel = Parameters<Changes['subscribe']>[0];
type OnChange = (payload: string) => void;

const PAUSE_FIRST_MS = 50;
const PAUSE_MAX_MS = 2_000;

export interface ChangeFeed extends Changes {
  close(): Promise<void>;
}

/**
 * Listens on one connection of its own, opened at the first subscription and opened again when it is lost. Notices given while it
 * was away are lost, so after each reconnection every subscriber is called once with an empty payload: look again.
 */
export function openChanges(databaseUrl: string, name: string): ChangeFeed {
  const listeners = new Set<{ readonly channel: Channel; readonly onChange: OnChange }>();
  let current: Promise<Client> | undefined;
  let closed = false;

  const connect = async (): Promise<Client> => {
    const client = new Client({
      connectionString: databaseUrl,
      application_name: `${name} changes`,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    client.on('notification', ({ channel, payload = '' }) => {
      for (const listener of listeners) {
        if (`cf_${listener.channel}` === channel) listener.onChange(payload);
      }
    });
    client.on('error', () => {});
    await client.connect();
    await client.query(
      'listen cf_leaf; listen cf_checkpoint; listen cf_case; listen cf_kill; listen cf_policy',
    );
    client.once('end', () => void reconnect());
    return client;
  };

  const reconnect = async (): Promise<void> => {
    let pauseMs = PAUSE_FIRST_MS;
    while (!closed) {
      current = connect();
      try {
        await current;
        for (const listener of listeners) listener.onChange('');
        return;
      } catch {
        await sleep(pauseMs, undefined, { ref: false });
        pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS);
      }
    }
  };

  return {
    async subscribe(channel, onChange) {
      const listener = { channel, onChange };
      listeners.add(listener);
      try {
        current ??= connect();
        await current;
      } catch (error) {
        listeners.delete(listener);
        current = undefined;
        throw storeError(error);
      }
      return async () => {
        listeners.delete(listener);
      };
    },
    async close() {
      closed = true;
      listeners.clear();
      const client = await current?.catch(() => undefined);
      await client?.end().catch(() => {});
    },
  };
}
