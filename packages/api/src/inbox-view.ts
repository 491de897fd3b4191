import type { JsonObject } from '@counterfoil/core';

/** What the demonstration's stand-ins hold: text written by our own actions, shown as data. */
export interface InboxView {
  readonly messages: readonly JsonObject[];
  readonly tickets: readonly JsonObject[];
  readonly instances: readonly JsonObject[];
}
