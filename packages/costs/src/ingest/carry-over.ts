import { ConflictError } from '@counterfoil/core';
import type { Engine } from '../duck/engine.ts';
import { chargesSql, type ChargesFile } from '../versions/charges-relation.ts';
import type { Manifest } from '../versions/manifest.ts';
import type { VersionStore } from '../versions/version-store.ts';
import { listedParts, type ComposedPart } from './compose-version.ts';

/**
 * How a new version stands to the newest one. `full`: it is these files and nothing else. `restate`: a billing period of a billing
 * account that these files have takes the place of what was known of it; everything else stays. `append`: these files come on top.
 */
export type IngestMode = 'full' | 'restate' | 'append';

/** What {@link carryOver} needs. */
export interface CarryOver {
  readonly mode: Exclude<IngestMode, 'full'>;
  /** The newest version. */
  readonly base: Manifest;
  /** Parts of the files that were given. */
  readonly added: readonly ComposedPart[];
  readonly versions: VersionStore;
}

/** From this share on, charges that are there already make an append look like a file that was delivered again. */
const REPEATED_SHARE_MAX = 0.5;

/**
 * All parts of the version that the files make together with the newest one. `ConflictError` where the files restate a period for
 * some of its billing accounts only, and where appended charges are there already.
 */
export async function carryOver(
  engine: Engine,
  options: CarryOver,
): Promise<readonly ComposedPart[]> {
  const { mode, added, versions } = options;
  const kept = await partsOf(options.base, versions);
  const files = (parts: readonly ComposedPart[]) =>
    versions.chargesOf({ parts: listedParts(parts) });
  const isIn = (parts: readonly ComposedPart[], { part: { partId } }: ComposedPart) =>
    parts.some((one) => one.part.partId === partId);
  if (mode === 'append') {
    const whole = kept.filter(({ billingPeriods }) => billingPeriods === 'all');
    const fresh = added.filter((one) => !isIn(whole, one));
    if (fresh.length === 0) return kept;
    refuseRestated(fresh.filter((one) => isIn(kept, one)));
    await refuseRepeated(engine, files(kept), files(fresh));
    return [...kept, ...fresh];
  }
  // A file that is there already restates its periods as much as a new one: beside it stands only what is given with it.
  const restated = await slicesOf(engine, files(added));
  const left: ComposedPart[] = [];
  for (const old of kept.filter((one) => !isIn(added, one))) {
    const slices = await slicesOf(engine, files([old]));
    left.push(...withoutRestated(old, slices, restated));
  }
  return [...left, ...added];
}

/** A file of which other files restated some periods since would bring those back beside the others. */
function refuseRestated([first]: readonly ComposedPart[]): void {
  if (first === undefined) return;
  throw new ConflictError(
    'APPEND_REPEATED',
    `${first.name} is in the newest version already, but for billing periods that were restated since`,
    { remedy: 'use --mode restate to bring its own figures back' },
  );
}

async function partsOf(
  { parts, files }: Manifest,
  versions: VersionStore,
): Promise<readonly ComposedPart[]> {
  const composed: ComposedPart[] = [];
  for (const [at, { partId, billingPeriods }] of parts.entries()) {
    const part = await versions.parts.read(partId);
    const { path = '', name = '' } = files[at] ?? {};
    if (part !== null) composed.push({ part, billingPeriods, path, name });
    else {
      throw new ConflictError('PART_MISSING', `the lake has lost the rows of ${name}`, {
        remedy: 'ingest all files again, without a mode',
      });
    }
  }
  return composed;
}

/** Billing accounts by billing period (ISO date). */
type Slices = ReadonlyMap<string, ReadonlySet<string>>;

async function slicesOf(engine: Engine, files: readonly ChargesFile[]): Promise<Slices> {
  const rows = await engine.rows(
    `SELECT DISTINCT CAST(CAST(BillingPeriodStart AS DATE) AS VARCHAR), BillingAccountId FROM (${chargesSql(files)})`,
  );
  const periods = Map.groupBy(rows, ([period]) => period ?? '');
  return new Map(
    [...periods].map(([period, accounts]) => [
      period,
      new Set(accounts.map(([, account]) => account ?? '')),
    ]),
  );
}

function withoutRestated(
  old: ComposedPart,
  slices: Slices,
  restated: Slices,
): readonly ComposedPart[] {
  const kept = [...slices].filter(([period, accounts]) => {
    const replaced = restated.get(period) ?? new Set();
    const left = [...accounts].filter((account) => !replaced.has(account));
    if (left.length === 0) return false;
    if (left.length === accounts.size) return true;
    throw new ConflictError(
      'RESTATEMENT_PARTIAL',
      `${old.name} holds the billing period ${period} of several billing accounts, of which these files do not restate ${left.slice(0, 3).join(', ')}`,
      { remedy: 'give the files of all its billing accounts, or all files at once without a mode' },
    );
  });
  if (kept.length === slices.size) return [old];
  if (kept.length === 0) return [];
  return [{ ...old, billingPeriods: kept.map(([period]) => period).toSorted() }];
}

async function refuseRepeated(
  engine: Engine,
  base: readonly ChargesFile[],
  added: readonly ChargesFile[],
): Promise<void> {
  const slices = (files: readonly ChargesFile[]) =>
    `SELECT ChargePeriodStart, SubAccountId, ServiceName, ResourceId, ChargeCategory, x_UsageType, BillingCurrency,
      sum(BilledCost) AS billed, sum(EffectiveCost) AS effective FROM (${chargesSql(files)}) GROUP BY ALL`;
  const [row] = await engine.rows(
    `SELECT count(*), (SELECT count(*) FROM (${slices(added)} INTERSECT ${slices(base)})) FROM (${slices(added)})`,
  );
  const [all, repeated] = (row ?? []).map(Number);
  if ((repeated ?? 0) <= (all ?? 0) * REPEATED_SHARE_MAX) return;
  throw new ConflictError(
    'APPEND_REPEATED',
    `${repeated} of ${all} charges of these files are in the newest version already`,
    { remedy: 'use --mode restate for exports that deliver a period again' },
  );
}
