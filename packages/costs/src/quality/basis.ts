import type { CostBasis } from '@counterfoil/core';
import type { Finding } from './finding.ts';

/**
 * EffectiveCost shows a commitment where it is used, so it is the basis of every analysis, unless the export's EffectiveCost is
 * missing or rounded: then BilledCost. The two are never mixed within one version.
 */
export function chooseBasis(findings: readonly Pick<Finding, 'code'>[]): CostBasis {
  const unusable = findings.some(
    ({ code }) => code === 'EFFECTIVE_COST_ROUNDED' || code === 'EFFECTIVE_COST_MISSING',
  );
  return unusable ? 'BilledCost' : 'EffectiveCost';
}
