import type { PlannedActivity } from '@counterfoil/costs';
import type { LakeSettings } from '@counterfoil/config';
import type { CostElement } from '@counterfoil/core';

const DAY_MS = 86_400_000;

/**
 * The calendar of the settings as the detector reads it: one entry per account and service. A list left empty stands for all of them.
 * Settings end before `toDate`; the detector's entries include their last day.
 */
export function plannedActivities(
  planned: LakeSettings['plannedActivities'],
): readonly PlannedActivity[] {
  return planned.flatMap(({ note, fromDate, toDate, subAccountIds, serviceNames }) =>
    elementsOf(subAccountIds, serviceNames).map((element) => ({
      name: note,
      element,
      fromDate,
      toDate: dayBefore(toDate),
    })),
  );
}

function elementsOf(
  accounts: readonly string[],
  services: readonly string[],
): readonly CostElement[] {
  const anyOf = <Value>(values: readonly Value[]) => (values.length === 0 ? [undefined] : values);
  return anyOf(accounts).flatMap((subAccountId) =>
    anyOf(services).map((serviceName) => ({
      ...(subAccountId === undefined ? {} : { subAccountId }),
      ...(serviceName === undefined ? {} : { serviceName }),
    })),
  );
}

function dayBefore(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - DAY_MS).toISOString().slice(0, 10);
}
