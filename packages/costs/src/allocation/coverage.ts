import type { CostBasis } from '@counterfoil/core';
import type { TextRow } from '../duck/engine.ts';
import type { ScopedLake } from '../query/lake-version.ts';
import { queryIdOf } from '../query/run-query.ts';
import { amountText } from '../query/amounts.ts';
import { percentDown, reaches, unitsOf } from './amounts.ts';
import { CHARGE_CLASSES, type ChargeClass } from './charge-class.ts';
import {
  readCells,
  readResources,
  readUntagged,
  type Cell,
  type ResourceCell,
} from './coverage-cells.ts';
import type { Extent } from './period.ts';
import { resolveTags } from './resolve-tags.ts';
import type { Taxonomy } from './taxonomy.ts';

/** How much of a cost is tagged. Money is plain decimals; percents have one decimal, rounded down, and are null of nothing. */
export interface CoverageFigures {
  /** Cost that could carry a tag. */
  readonly cost: string;
  readonly taggedCost: string;
  readonly taggedPercent: number | null;
  /** Tagged, or named by a default of its account. */
  readonly allocatedCost: string;
  readonly allocatedPercent: number | null;
  /** Resources by what they carried at their last charge of the period; tags are not retroactive. */
  readonly resources: number;
  readonly resourcesTagged: number;
  readonly resourcesTaggedPercent: number | null;
}

/** Coverage of one required key. */
export interface KeyCoverage extends CoverageFigures {
  readonly key: string;
  /** Cost whose tag has a value that the taxonomy does not allow. */
  readonly invalidCost: string;
  readonly missingCost: string;
}

/** Coverage of one account or service, by all required keys. */
export interface GroupCoverage extends CoverageFigures {
  readonly value: string;
}

/** A resource, or all usage of a service in an account that names none, and the required keys that it lacks. */
export interface UntaggedCost {
  readonly subAccountId: string;
  readonly serviceName: string | null;
  readonly resourceId: string | null;
  readonly cost: string;
  readonly missingKeys: readonly string[];
}

/** Cost that does not count for coverage, and why. */
export interface CostApart {
  readonly class: Exclude<ChargeClass, 'taggable'>;
  readonly cost: string;
  readonly rows: number;
}

export type GateStatus = 'passed' | 'failed' | 'no_data';

/** Coverage in one currency. */
export interface CurrencyCoverage {
  readonly currency: string;
  readonly gate: GateStatus;
  /** By all required keys at once. */
  readonly sum: CoverageFigures;
  readonly keys: readonly KeyCoverage[];
  readonly accounts: readonly GroupCoverage[];
  readonly services: readonly GroupCoverage[];
  readonly apart: readonly CostApart[];
  /** Most expensive first. */
  readonly untagged: readonly UntaggedCost[];
}

/** Tag coverage of an extent. */
export interface CoverageAnswer {
  readonly queryId: string;
  readonly dataVersion: string;
  readonly rowsRead: number;
  readonly basis: CostBasis;
  readonly fromDate: string;
  readonly toDate: string;
  /** Empty where no key is required: then any tag covers. */
  readonly requiredKeys: readonly string[];
  readonly gatePercent: number;
  readonly gateOn: Taxonomy['gateOn'];
  /** `failed` where any currency fails, `no_data` where none has cost that could carry a tag. */
  readonly gate: GateStatus;
  readonly currencies: readonly CurrencyCoverage[];
}

export interface CoverageRequest {
  readonly extent: Extent;
  readonly taxonomy: Taxonomy;
  readonly untaggedMax: number;
}

/**
 * Tag coverage by spend and by resource, over usage that could carry a tag: credits, refunds, tax, support, untaggable usage, unused
 * commitments and purchases stand apart, because with a credit in the whole, coverage can exceed 100 %.
 */
export async function tagCoverage(
  lake: ScopedLake,
  { extent, taxonomy, untaggedMax }: CoverageRequest,
): Promise<CoverageAnswer> {
  const keys = taxonomy.keys.filter(({ required }) => required);
  const charges = await resolveTags(lake, extent, { keys, taxonomy });
  const cells = await readCells(lake, charges);
  const resources = await readResources(lake, charges);
  const untagged = untaggedMax === 0 ? [] : await readUntagged(lake, charges, untaggedMax);
  const names = keys.map(({ key }) => key);
  const context = { taxonomy, names };
  const currencies = [...new Set(cells.map(({ currency }) => currency))].map((currency) =>
    ofCurrency(currency, context, {
      cells: cells.filter((cell) => cell.currency === currency),
      resources: resources.filter((cell) => cell.currency === currency),
      untagged: untagged.filter(([own]) => own === currency),
    }),
  );
  const { gatePercent, gateOn } = taxonomy;
  return {
    queryId: queryIdOf(
      { tagCoverage: extent, taxonomy: taxonomyText(taxonomy), untaggedMax },
      lake.accounts,
      lake.dataVersion,
    ),
    dataVersion: lake.dataVersion,
    rowsRead: cells.reduce((sum, { rows }) => sum + rows, 0),
    ...extent,
    requiredKeys: names,
    gatePercent,
    gateOn,
    gate: gateOf(currencies),
    currencies,
  };
}

/** The taxonomy as text, the same for the same taxonomy. */
export function taxonomyText(taxonomy: Taxonomy): string {
  return JSON.stringify(taxonomy, (_, value: unknown) =>
    value instanceof Map ? [...(value as ReadonlyMap<string, unknown>)] : value,
  );
}

function gateOf(currencies: readonly CurrencyCoverage[]): GateStatus {
  if (currencies.some(({ gate }) => gate === 'failed')) return 'failed';
  return currencies.some(({ gate }) => gate === 'passed') ? 'passed' : 'no_data';
}

interface Context {
  readonly taxonomy: Taxonomy;
  readonly names: readonly string[];
}

interface CurrencyData {
  readonly cells: readonly Cell[];
  readonly resources: readonly ResourceCell[];
  readonly untagged: readonly TextRow[];
}

function ofCurrency(currency: string, context: Context, data: CurrencyData): CurrencyCoverage {
  const cells = data.cells.filter((cell) => cell.class === 'taggable');
  const { gatePercent, gateOn } = context.taxonomy;
  const cost = sumOf(cells);
  const counted = sumOf(
    cells.filter(({ states }) =>
      states.every((state) => state === 'tag' || (state === 'default' && gateOn === 'allocated')),
    ),
  );
  return {
    currency,
    gate: cost <= 0n ? 'no_data' : reaches(counted, cost, gatePercent) ? 'passed' : 'failed',
    sum: figures(cells, data.resources),
    keys: context.names.map((key, at) =>
      keyCoverage(key, at, { cells, resources: data.resources }),
    ),
    accounts: groups(cells, data.resources, (cell) => cell.account),
    services: groups(cells, data.resources, (cell) => cell.service ?? ''),
    apart: apartOf(data.cells),
    untagged: data.untagged.map(([, account, service, resource, amount, ...missing]) => ({
      subAccountId: account ?? '',
      serviceName: service ?? null,
      resourceId: resource ?? null,
      cost: amountText(unitsOf(amount)),
      missingKeys: context.names.filter((_, at) => missing[at] === 'true'),
    })),
  };
}

function figures(cells: readonly Cell[], resources: readonly ResourceCell[]): CoverageFigures {
  const cost = sumOf(cells);
  const tagged = sumOf(cells.filter(({ states }) => states.every((state) => state === 'tag')));
  const allocated = sumOf(
    cells.filter(({ states }) => states.every((state) => state === 'tag' || state === 'default')),
  );
  const count = resources.reduce((sum, cell) => sum + cell.resources, 0);
  const resourcesTagged = resources
    .filter(({ tagged: keys }) => keys.every(Boolean))
    .reduce((sum, cell) => sum + cell.resources, 0);
  return {
    cost: amountText(cost),
    taggedCost: amountText(tagged),
    taggedPercent: percentDown(tagged, cost),
    allocatedCost: amountText(allocated),
    allocatedPercent: percentDown(allocated, cost),
    resources: count,
    resourcesTagged,
    resourcesTaggedPercent: percentDown(BigInt(resourcesTagged), BigInt(count)),
  };
}

function keyCoverage(
  key: string,
  at: number,
  { cells, resources }: Pick<CurrencyData, 'cells' | 'resources'>,
): KeyCoverage {
  const only = <Value>(list: readonly Value[]) => list.slice(at, at + 1);
  const costOf = (state: string) =>
    amountText(sumOf(cells.filter(({ states }) => states[at] === state)));
  return {
    key,
    ...figures(
      cells.map((cell) => ({ ...cell, states: only(cell.states) })),
      resources.map((cell) => ({ ...cell, tagged: only(cell.tagged) })),
    ),
    invalidCost: costOf('invalid'),
    missingCost: costOf('missing'),
  };
}

function groups(
  cells: readonly Cell[],
  resources: readonly ResourceCell[],
  valueOf: (cell: Pick<Cell, 'account' | 'service'>) => string,
): readonly GroupCoverage[] {
  const own = Map.groupBy(cells, valueOf);
  const named = Map.groupBy(resources, valueOf);
  return [...own]
    .map(([value, ofValue]) => ({ value, cost: sumOf(ofValue), ofValue }))
    .toSorted((a, b) =>
      a.cost === b.cost ? (a.value < b.value ? -1 : 1) : a.cost < b.cost ? 1 : -1,
    )
    .map(({ value, ofValue }) => ({ value, ...figures(ofValue, named.get(value) ?? []) }));
}

function apartOf(cells: readonly Cell[]): readonly CostApart[] {
  return CHARGE_CLASSES.filter((name) => name !== 'taggable').flatMap((name) => {
    const own = cells.filter((cell) => cell.class === name);
    const rows = own.reduce((sum, cell) => sum + cell.rows, 0);
    return rows === 0 ? [] : [{ class: name, cost: amountText(sumOf(own)), rows }];
  });
}

function sumOf(cells: readonly Pick<Cell, 'cost'>[]): bigint {
  return cells.reduce((sum, { cost }) => sum + cost, 0n);
}
