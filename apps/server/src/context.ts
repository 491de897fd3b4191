import type { Logger } from 'pino';
import type { ServerSettings } from '@counterfoil/config';
import type { Clock, NewId } from '@counterfoil/core';
import type { Store } from '@counterfoil/store';
import type { Door } from './door/door.ts';
import type { Sessions } from './http/sessions.ts';
import type { ChangeFeed } from './live/change-feed.ts';

/** The part of the store that the server uses; its database role may do little more. */
export interface ServerStore {
  readonly cases: Pick<Store['cases'], 'load' | 'list' | 'journal'>;
  readonly signals: Pick<Store['signals'], 'dismissed' | 'ingests' | 'pendingCount'>;
  readonly approvals: Store['approvals'];
  readonly reviews: Store['reviews'];
  readonly enrolments: Store['enrolments'];
  readonly kills: Store['kills'];
  readonly log: Pick<Store['log'], 'entries' | 'checkpoint'>;
  readonly changes: Store['changes'];
}

/** What the routes are given. There is no private key of anybody in it. */
export interface ServerContext {
  readonly settings: ServerSettings;
  readonly publicUrl: URL;
  readonly store: ServerStore;
  readonly door: Door;
  readonly sessions: Sessions;
  readonly feed: ChangeFeed;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly logger: Logger;
}
