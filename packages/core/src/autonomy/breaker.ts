/** What a circuit breaker counts: tool calls of all investigations, actions granted, or cost a day at stake in them. */
export type BreakerMeasure = 'tool_calls' | 'remediations' | 'spend';

/** A limit within a window of time; past it nothing of its kind runs until the window is over or somebody signs. */
export interface Breaker {
  readonly name: string;
  readonly measure: BreakerMeasure;
  readonly windowMs: number;
  /** Still borne; one more opens it. Of spend in whole units of `currency`. */
  readonly max: number;
  readonly currency?: string;
  /** Only actions of this kind; without it each kind is counted by itself. */
  readonly kind?: string;
}

/** An opening that was recorded, and when somebody closed it by a signature that holds; null where nobody did. */
export interface BreakerOpening {
  readonly openingId: string;
  readonly breaker: string;
  readonly release: string;
  readonly kind: string;
  readonly openedAtMs: number;
  readonly untilMs: number;
  readonly measured: number;
  readonly max: number;
  readonly closedAtMs: number | null;
}

/** Whether an opening still stops what it is about. */
export function isOpen({ untilMs, closedAtMs }: BreakerOpening, nowMs: number): boolean {
  return closedAtMs === null && nowMs < untilMs;
}

/**
 * From when on a breaker counts: the beginning of its window, or where somebody closed it since, from then. So that a closing is
 * not undone by what opened it.
 */
export function countedSinceMs(
  breaker: Pick<Breaker, 'name' | 'windowMs'>,
  openings: readonly BreakerOpening[],
  subject: { readonly release: string; readonly kind: string; readonly nowMs: number },
): number {
  const closings = openings
    .filter(
      (opening) =>
        opening.breaker === breaker.name &&
        opening.release === subject.release &&
        opening.kind === subject.kind,
    )
    .map(({ closedAtMs }) => closedAtMs ?? 0);
  return Math.max(subject.nowMs - breaker.windowMs, ...closings);
}
