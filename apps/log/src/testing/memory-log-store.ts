import type { LogIntegration, LogReads } from '@counterfoil/store';

type Published = Parameters<LogIntegration['publish']>[0];

/** The database's side of the log, in memory, for tests. */
export class MemoryLogStore implements LogIntegration, Pick<LogReads, 'checkpoint'> {
  readonly leaves: string[] = [];
  readonly published: Published[] = [];
  #assigned = 0;

  /** Adds so many leaves. */
  add(count: number, text = 'entry'): void {
    for (let each = 0; each < count; each += 1) this.leaves.push(`${text} ${this.leaves.length}`);
  }

  assign(limit: number, _isEntry: (entryText: string) => boolean) {
    const from = this.#assigned;
    this.#assigned = Math.min(this.leaves.length, from + limit);
    return this.range(from, this.#assigned);
  }

  range(fromIndex: number, toIndex: number) {
    const end = Math.min(toIndex, this.#assigned);
    const leaves = this.leaves.slice(fromIndex, end);
    return Promise.resolve(
      leaves.map((entryText, place) => ({ index: fromIndex + place, entryText })),
    );
  }

  publish(checkpoint: Published): Promise<void> {
    this.published.push(checkpoint);
    return Promise.resolve();
  }

  checkpoint() {
    return Promise.resolve(this.published.at(-1) ?? null);
  }
}
