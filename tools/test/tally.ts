/** How many tests and checks ended which way. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The sum of two tallies. */
export function addTallies(left: Tally, right: Tally): Tally {
  return {
    passed: left.passed + right.passed,
    failed: left.failed + right.failed,
    skipped: left.skipped + right.skipped,
  };
}

/** The last line of every run, which machines read. */
export function renderTally({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** 0 only if something passed, nothing failed and, where skips are not allowed, nothing was skipped. */
export function exitCodeOf(
  tally: Tally,
  { skips }: { readonly skips: 'allowed' | 'fail' },
): number {
  if (tally.failed > 0 || tally.passed === 0) return 1;
  return skips === 'fail' && tally.skipped > 0 ? 1 : 0;
}
