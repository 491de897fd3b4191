import type { Logger } from 'pino';
import type { ServerSettings } from '@counterfoil/config';
import type { Clock, NewId } from '@counterfoil/core';
import type { Store } from '@counterfoil/store';
import type { Door } from './door/door.ts';
import type { Sessions } from './http/sessions.ts';
import type { ChangeFeed } from './live/change-feed.ts';

/** What the routes are given. There is no private key of anybody in it. */
export interface ServerContext {
  readonly settings: ServerSettings;
  readonly publicUrl: URL;
  readonly store: Store;
  readonly door: Door;
  readonly sessions: Sessions;
  readonly feed: ChangeFeed;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly logger: Logger;
}
