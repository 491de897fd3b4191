import { decimalUnits, type Money, type RootCause } from '@counterfoil/core';
import { instanceIdOf } from '../investigation/references.ts';
import { unitsToText } from '../tools/decimals.ts';

/** What the targets cost a day, as the localisation measured it; null where it did not measure one of them. */
export function savingPerDay(
  rootCauses: readonly RootCause[],
  instanceIds: readonly string[],
): Money | null {
  const measured = new Map<string, Money>();
  for (const { resourceId, deltaPerDay } of rootCauses.flatMap((cause) => cause.resources)) {
    const instanceId = instanceIdOf(resourceId);
    if (instanceId !== undefined && !measured.has(instanceId))
      measured.set(instanceId, deltaPerDay);
  }
  const amounts = instanceIds.flatMap((id) => measured.get(id) ?? []);
  const [first] = amounts;
  if (!first || amounts.length < instanceIds.length) return null;
  const total = amounts.reduce((sum, { amount }) => sum + decimalUnits(amount), 0n);
  return { amount: unitsToText(total), currency: first.currency };
}
