/** A share with its 95 % interval. Without trials nothing is known: 0 to 1. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** Two-sided 95 %: the quantile 0.975 of the normal distribution. */
const Z = 1.959_963_985;

/**
 * Wilson's score interval of a share at 95 % (E. B. Wilson, "Probable inference, the law of succession, and statistical
 * inference", 1927): honest for few trials and near 0 and 1, where the plain interval is not.
 */
export function wilsonInterval(successes: number, trials: number): Interval {
  if (trials <= 0) return { lower: 0, upper: 1 };
  const share = successes / trials;
  const square = Z * Z;
  const centre = share + square / (2 * trials);
  const spread = Z * Math.sqrt((share * (1 - share)) / trials + square / (4 * trials * trials));
  const scale = 1 + square / trials;
  return {
    lower: successes === 0 ? 0 : Math.max(0, (centre - spread) / scale),
    upper: successes === trials ? 1 : Math.min(1, (centre + spread) / scale),
  };
}

/** Trials, all of them successes, that bring the lower bound to `share`: with fewer no record can be good enough. */
export function trialsNeeded(share: number): number {
  return Math.ceil((share * Z * Z) / (1 - share) - 1e-9);
}
