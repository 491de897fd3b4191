import type { ChangeView } from '@counterfoil/api';
import type { Changes } from '@counterfoil/store';

const CHANNELS = ['leaf', 'checkpoint', 'case', 'kill'] as const;

/** Readers at once; each is an open connection of a browser tab. */
export const READERS_MAX = 200;

/** One subscription to the store, handed on to every open event stream. */
export class ChangeFeed {
  readonly #readers = new Set<(change: ChangeView) => void>();
  #unsubscribe: readonly (() => Promise<void>)[] = [];

  async start(changes: Changes): Promise<void> {
    this.#unsubscribe = await Promise.all(
      CHANNELS.map((channel) =>
        changes.subscribe(channel, (payload) => this.#publish({ channel, payload })),
      ),
    );
  }

  /** Adds a reader and returns how to remove it; null when there are already too many. */
  join(reader: (change: ChangeView) => void): (() => void) | null {
    if (this.#readers.size >= READERS_MAX) return null;
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#unsubscribe.map((unsubscribe) => unsubscribe()));
    this.#unsubscribe = [];
    this.#readers.clear();
  }

  #publish(change: ChangeView): void {
    for (const reader of this.#readers) reader(change);
  }
}
