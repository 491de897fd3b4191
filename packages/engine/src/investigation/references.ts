import type { CostElement, Json, Observation, RootCause, Signal } from '@counterfoil/core';
import type { Facts } from '../causes/condition.ts';
import { isOwnFact } from '../causes/fact-catalogue.ts';

/** Names that a playbook may write as `$name` in the input of a tool; each is a typed value, never text from a model. */
export const REFERENCE_NAMES: ReadonlySet<string> = new Set([
  'anomaly.element',
  'anomaly.basis',
  'anomaly.onsetDate',
  'anomaly.lastDate',
  'anomaly.impactPerDay',
  'root.element',
  'root.subAccountId',
  'root.regionId',
  'root.resourceIds',
  'root.instanceIds',
  'targets.newInstanceIds',
  'message.title',
  'message.body',
]);

const RESOURCES_MAX = 20;

/** Facts that the signal itself carries. */
export function factsOfSignal(signal: Signal): Facts {
  const { anomaly } = signal;
  return {
    'anomaly.onsetDate': anomaly.onsetDate,
    'anomaly.lastDate': anomaly.lastDate,
    'anomaly.expectedPerDay': anomaly.expectedPerDay.amount,
    'anomaly.actualPerDay': anomaly.actualPerDay.amount,
    'anomaly.impactPerDay': anomaly.impactPerDay.amount,
    'anomaly.impactTotal': anomaly.impactTotal.amount,
    'anomaly.impactPercent': anomaly.impactPercent,
    'anomaly.currency': anomaly.impactPerDay.currency,
    'anomaly.basis': anomaly.basis,
  };
}

/**
 * All facts of a case so far. A later observation wins over an earlier one of the same name, but none takes the name of a
 * fact of the signal or of another tool: what one connector says cannot pass for what another read.
 */
export function factsOf(signal: Signal, observations: readonly Observation[]): Facts {
  const own = observations.flatMap(({ tool, facts }) =>
    Object.entries(facts).filter(([name]) => isOwnFact(tool, name)),
  );
  return { ...Object.fromEntries(own), ...factsOfSignal(signal) };
}

/** The root causes as the localising tool journaled them; none where it found none. */
export function rootCausesOf(facts: Facts): readonly RootCause[] {
  const text = facts['root.causesJson'];
  return typeof text === 'string' ? (JSON.parse(text) as readonly RootCause[]) : [];
}

/** Values of the references, as far as the case knows them. */
export function referencesOf(signal: Signal, facts: Facts): ReadonlyMap<string, Json> {
  const { anomaly } = signal;
  const values = new Map<string, Json>([
    ['anomaly.element', elementJson(anomaly.element)],
    ['anomaly.basis', anomaly.basis],
    ['anomaly.onsetDate', anomaly.onsetDate],
    ['anomaly.lastDate', anomaly.lastDate],
    ['anomaly.impactPerDay', anomaly.impactPerDay.amount],
  ]);
  const causes = rootCausesOf(facts);
  const [top] = causes;
  if (!top) return values;
  const resourceIds = resourceIdsOf(causes);
  values.set('root.element', elementJson(top.element));
  values.set('root.resourceIds', resourceIds);
  values.set(
    'root.instanceIds',
    resourceIds.flatMap((id) => instanceIdOf(id) ?? []),
  );
  const { subAccountId, regionId } = top.element;
  if (subAccountId !== undefined) values.set('root.subAccountId', subAccountId);
  if (regionId !== undefined) values.set('root.regionId', regionId);
  return values;
}

function elementJson(element: CostElement): Json {
  return { ...element } as { readonly [dimension: string]: string };
}

/**
 * Resources behind the strongest root cause, and behind further ones that differ from it by the resource alone: two forgotten
 * instances are one story even when each is its own element, while another usage type of the account is another story.
 */
export function resourceIdsOf(causes: readonly RootCause[]): readonly string[] {
  const [top] = causes;
  if (!top) return [];
  const sameStory = causes.filter(
    ({ element }) =>
      element.subAccountId === top.element.subAccountId &&
      element.serviceName === top.element.serviceName &&
      element.regionId === top.element.regionId &&
      element.usageType === top.element.usageType,
  );
  const ids = sameStory.flatMap(({ element, resources }) => [
    ...(element.resourceId === undefined ? [] : [element.resourceId]),
    ...resources.map((resource) => resource.resourceId),
  ]);
  return [...new Set(ids)].slice(0, RESOURCES_MAX);
}

/** `i-0abc…` of an instance id or of its ARN; undefined for anything else. */
export function instanceIdOf(resourceId: string): string | undefined {
  const match = /^(?:arn:aws[a-z-]*:ec2:[a-z0-9-]*:\d{12}:instance\/)?(i-[0-9a-f]{8,17})$/.exec(
    resourceId,
  );
  return match?.[1];
}

/** Fills `$references`; null where one of them is not known, so that the question cannot be asked. */
export function fill(
  parameters: Readonly<Record<string, Json>>,
  references: ReadonlyMap<string, Json>,
): Readonly<Record<string, Json>> | null {
  const filled: Record<string, Json> = {};
  for (const [name, value] of Object.entries(parameters)) {
    const isReference = typeof value === 'string' && value.startsWith('$');
    const known = isReference ? references.get(value.slice(1)) : value;
    if (known === undefined) return null;
    filled[name] = known;
  }
  return filled;
}
