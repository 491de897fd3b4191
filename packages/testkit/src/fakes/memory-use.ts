import {
  invariant,
  type ActionUse,
  type Clock,
  type RecentUse,
  type UseStore,
} from '@counterfoil/core';
import type { MemoryStore } from './memory-store.ts';

const WINDOW_MS = 24 * 3_600_000;
const KEPT_MS = 15 * 60_000;
const NOT_COUNTED = ['denied', 'expired', 'refused'];

interface Place {
  readonly use: ActionUse;
  readonly atMs: number;
}

/** The limits' row of places in memory; what became of an action it looks up in the store. */
export function createMemoryUse(store: MemoryStore, clock: Clock): UseStore {
  let places: readonly Place[] = [];
  const statusOf = ({ digest }: ActionUse) =>
    store
      .states()
      .flatMap((state) => state.actions)
      .find((one) => one.action.digest === digest)?.status ?? 'refused';
  const sum = (before: readonly Place[], own: Place): RecentUse => {
    const counted = before
      .filter(({ use, atMs }) => use.digest !== own.use.digest && atMs > own.atMs - WINDOW_MS)
      .filter(({ use }) => !NOT_COUNTED.includes(statusOf(use)))
      .map(({ use }) => use);
    const all = [...counted, own.use];
    const ofKind = all.filter((use) => use.kind === own.use.kind);
    const ofClass = all.filter((use) => use.class === own.use.class);
    return {
      ofKindInAccount: ofKind.filter((use) => use.account === own.use.account).length,
      ofKind: ofKind.length,
      ofClass: ofClass.length,
      amountCents: ofClass
        .filter((use) => use.currency === own.use.currency)
        .reduce((cents, use) => cents + use.amountCents, 0),
    };
  };
  return {
    read: async (use) => sum(places, { use, atMs: clock.nowMs() }),
    async reserve(use) {
      const nowMs = clock.nowMs();
      const isKept = ({ atMs }: Place) => statusOf(use) === 'executing' || nowMs - atMs <= KEPT_MS;
      const known = places.find((place) => place.use.digest === use.digest);
      if (!known || !isKept(known)) {
        const others = places.filter((place) => place.use.digest !== use.digest);
        places = [...others, { use, atMs: nowMs }];
      }
      const index = places.findIndex((place) => place.use.digest === use.digest);
      const own = places[index];
      invariant(own, 'a place that was just taken is there');
      return sum(places.slice(0, index), own);
    },
  };
}
