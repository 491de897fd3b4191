import type { PlannedActivity } from '@counterfoil/costs';
import type { LakeSettings } from '@counterfoil/config';
import type { CostElement } from '@counterfoil/core';

/** Accounts, services and tags that an announcement is about. */
export interface PlannedScope {
  readonly subAccountIds: readonly string[];
  readonly serviceNames: readonly string[];
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** The activities of the settings as the detector reads them: one entry per account and service. `toDate` is exclusive in both. */
export function plannedActivities(
  planned: LakeSettings['plannedActivities'],
): readonly PlannedActivity[] {
  return planned.flatMap(({ note, fromDate, toDate, ...scope }) =>
    elementsOf(scope).map((element) => ({ name: note, element, fromDate, toDate })),
  );
}

/** The elements of a scope. A list left empty stands for all of them. */
export function elementsOf({ subAccountIds, serviceNames, tags }: PlannedScope): CostElement[] {
  const anyOf = <Value>(values: readonly Value[]) => (values.length === 0 ? [undefined] : values);
  const tagged = Object.fromEntries(
    Object.entries(tags ?? {}).map(([key, value]) => [`tag:${key}`, value]),
  );
  return anyOf(subAccountIds).flatMap((subAccountId) =>
    anyOf(serviceNames).map((serviceName) => ({
      ...(subAccountId === undefined ? {} : { subAccountId }),
      ...(serviceName === undefined ? {} : { serviceName }),
      ...tagged,
    })),
  );
}
