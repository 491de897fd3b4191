/** Where unit costs go, over whole periods. */
export interface Trend {
  /** `unknown` with fewer than three figures. */
  readonly direction: 'rising' | 'falling' | 'steady' | 'unknown';
  /** Median change from one period to the next, in percent of the median, one decimal (Theil and Sen's slope). */
  readonly percentPerPeriod: number | null;
  readonly periods: number;
}

const FIGURES_MIN = 3;
/** A slope below this is noise for a reader. */
const STEADY_PERCENT_MAX = 2;

/** The trend of figures, one a period; null where there is none. A single odd period does not turn it. */
export function trendOf(figures: readonly (number | null)[]): Trend {
  const points = figures.flatMap((figure, at) => (figure === null ? [] : [[at, figure] as const]));
  const middle = median(points.map(([, figure]) => figure));
  if (points.length < FIGURES_MIN || middle === 0) {
    return { direction: 'unknown', percentPerPeriod: null, periods: points.length };
  }
  const slopes = points.flatMap(([x, y], at) =>
    points.slice(at + 1).map(([laterX, laterY]) => (laterY - y) / (laterX - x)),
  );
  const percent = Math.round((1000 * median(slopes)) / Math.abs(middle)) / 10;
  const direction =
    Math.abs(percent) <= STEADY_PERCENT_MAX ? 'steady' : percent > 0 ? 'rising' : 'falling';
  return { direction, percentPerPeriod: percent, periods: points.length };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
}
