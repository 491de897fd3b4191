import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { HistoryDay } from './calendar.ts';
import { discountColumns, taxRow, type Charge } from './charges.ts';
import { createChance } from './chance.ts';
import { compileRow, csvLine, FOCUS_COLUMNS, type FocusRow } from './focus-columns.ts';
import type { Organisation } from './generate-organisation.ts';
import type { OrganisationAccount } from './organisation.ts';
import { REGIONS, usageTypeIn } from './price-catalogue.ts';
import { costText, decimalText, milliUnitsOn, pricesOf, type UsageLine } from './usage-line.ts';

const CHUNK_CHARACTERS_MAX = 1 << 20;

const VARYING = [
  'BilledCost',
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'ChargePeriodEnd',
  'ChargePeriodStart',
  'CommitmentDiscountQuantity',
  'ConsumedQuantity',
  'ContractedCost',
  'EffectiveCost',
  'InvoiceId',
  'ListCost',
  'PricingCurrencyEffectiveCost',
  'PricingQuantity',
] as const;

type UsageWriter = (day: HistoryDay, milliUnits: number) => { line: string; billedUnits: bigint };

/** One file per billing month, in the order of the months. */
export interface FocusFile {
  readonly path: string;
  readonly rows: number;
}

/** Writes the organisation's bill as FOCUS 1.2 CSV files, one per month; tells the rows written after each month. */
export async function writeFocusFiles(
  organisation: Organisation,
  directory: string,
  options: {
    readonly gzip?: boolean;
    readonly onProgress?: (progress: { readonly file: string; readonly rows: number }) => void;
  } = {},
): Promise<readonly FocusFile[]> {
  await mkdir(directory, { recursive: true });
  const writers = organisation.lines.map((line) => usageWriterOf(line, organisation));
  const files: FocusFile[] = [];
  for (const month of new Set(organisation.days.map((day) => day.monthStart))) {
    const name = `focus-${month.slice(0, 7)}.csv${options.gzip ? '.gz' : ''}`;
    const path = join(directory, name);
    const handle = await open(path, 'w');
    try {
      const rows = await writeMonth(organisation, month, writers, sinkOf(handle, options.gzip));
      files.push({ path, rows });
      options.onProgress?.({ file: name, rows });
    } finally {
      await handle.close();
    }
  }
  return files;
}

interface Sink {
  write(text: string): Promise<void>;
}

// Concatenated gzip members are one valid gzip file, so each chunk is compressed by itself.
function sinkOf(handle: FileHandle, gzip = false): Sink {
  return {
    write: async (text) => {
      await handle.writeFile(gzip ? gzipSync(text, { level: 1 }) : text);
    },
  };
}

async function writeMonth(
  organisation: Organisation,
  month: string,
  writers: readonly UsageWriter[],
  sink: Sink,
): Promise<number> {
  const days = organisation.days.filter((day) => day.monthStart === month);
  const billed = new Map<OrganisationAccount, bigint>();
  let chunk = `${FOCUS_COLUMNS.join(',')}\n`;
  let rows = 0;
  const add = (line: string) => {
    chunk += line;
    rows += 1;
  };
  for (const day of days) {
    for (const [index, line] of organisation.lines.entries()) {
      const milliUnits = milliUnitsOn(line, day, organisation.seed);
      if (milliUnits === 0) continue;
      const written = writers[index]?.(day, milliUnits);
      if (!written) continue;
      add(written.line);
      billed.set(line.account, (billed.get(line.account) ?? 0n) + written.billedUnits);
    }
    for (const charge of organisation.charges) {
      if (charge.dayIndex === day.index) add(chargeLine(charge, day, organisation));
    }
    if (day.nextDate.endsWith('-01')) {
      for (const [account, units] of billed) add(taxLine(account, day, units, organisation));
    }
    if (chunk.length < CHUNK_CHARACTERS_MAX) continue;
    await sink.write(chunk);
    chunk = '';
  }
  await sink.write(chunk);
  return rows;
}

function chargeLine(charge: Charge, day: HistoryDay, organisation: Organisation): string {
  return csvLine({
    ...accountColumns(charge.account, organisation),
    ...monthColumns(day, organisation),
    ...charge.row,
  });
}

function taxLine(
  account: OrganisationAccount,
  day: HistoryDay,
  billedUnits: bigint,
  organisation: Organisation,
): string {
  return chargeLine(
    { account, dayIndex: day.index, row: taxRow(day, billedUnits) },
    day,
    organisation,
  );
}

function usageWriterOf(line: UsageLine, organisation: Organisation): UsageWriter {
  const { list, contracted } = pricesOf(line);
  const fixed = usageColumns(line, organisation);
  const standard = compileRow({ ...fixed, PricingCategory: 'Standard' }, VARYING);
  const { coverage } = line;
  const committed =
    coverage &&
    compileRow(
      {
        ...fixed,
        ...discountColumns(coverage),
        CommitmentDiscountStatus: 'Used',
        PricingCategory: 'Committed',
      },
      VARYING,
    );
  return (day, milliUnits) => {
    const covered = coverage !== undefined && day.index < coverage.untilDay;
    const contractedCost = costText(contracted, milliUnits);
    const effectiveCost = covered ? costText(coverage.rate, milliUnits) : contractedCost;
    const quantity = decimalText(BigInt(milliUnits), 3);
    const values = {
      ...(monthColumns(day, organisation) as Record<
        'BillingPeriodEnd' | 'BillingPeriodStart',
        string
      >),
      InvoiceId: invoiceIdOf(day, organisation) ?? '',
      BilledCost: covered ? '0.0000000000' : contractedCost,
      ChargePeriodEnd: `${day.nextDate}T00:00:00Z`,
      ChargePeriodStart: `${day.isoDate}T00:00:00Z`,
      CommitmentDiscountQuantity: covered ? coveredQuantity(line, effectiveCost, quantity) : '',
      ConsumedQuantity: quantity,
      ContractedCost: contractedCost,
      EffectiveCost: effectiveCost,
      ListCost: costText(list, milliUnits),
      PricingCurrencyEffectiveCost: effectiveCost,
      PricingQuantity: quantity,
    };
    const write = covered && committed ? committed : standard;
    const billedUnits = covered ? 0n : BigInt(contracted) * BigInt(milliUnits);
    return { line: write(values), billedUnits };
  };
}

/** A spend commitment is drawn on in money, a usage commitment in hours. */
function coveredQuantity(line: UsageLine, effectiveCost: string, quantity: string): string {
  return line.coverage?.category === 'Spend' ? effectiveCost : quantity;
}

function usageColumns(line: UsageLine, organisation: Organisation): FocusRow {
  const { item, resource } = line;
  const { list, contracted } = pricesOf(line);
  const usageType = usageTypeIn(resource.regionId, item);
  const skuId = createChance(0, usageType).text('ABCDEFGHJKMNPQRSTUVWXYZ23456789', 16);
  const listUnitPrice = decimalText(BigInt(list), 7);
  const contractedUnitPrice = decimalText(BigInt(contracted), 7);
  const zone = resource.instance?.availabilityZone;
  return {
    ...accountColumns(line.account, organisation),
    ...(zone !== undefined && { AvailabilityZone: zone }),
    ChargeCategory: 'Usage',
    ChargeDescription: item.description,
    ChargeFrequency: 'Usage-Based',
    ConsumedUnit: item.unit,
    ContractedUnitPrice: contractedUnitPrice,
    ListUnitPrice: listUnitPrice,
    PricingCurrencyContractedUnitPrice: contractedUnitPrice,
    PricingCurrencyListUnitPrice: listUnitPrice,
    PricingUnit: item.unit,
    RegionId: resource.regionId,
    RegionName: REGIONS[resource.regionId]?.name ?? resource.regionId,
    ResourceId: resource.resourceId,
    ResourceName: resource.name,
    ResourceType: resource.resourceType,
    ServiceCategory: item.serviceCategory,
    ServiceName: item.serviceName,
    ServiceSubcategory: item.serviceSubcategory,
    SkuId: skuId,
    SkuMeter: item.meter,
    ...(item.details && { SkuPriceDetails: JSON.stringify(item.details) }),
    SkuPriceId: `${skuId}.ONDEMAND`,
    Tags: JSON.stringify(resource.tags),
    x_UsageType: usageType,
  };
}

function accountColumns(account: OrganisationAccount, organisation: Organisation): FocusRow {
  return {
    BillingAccountId: organisation.billingAccount.accountId,
    BillingAccountName: organisation.billingAccount.name,
    BillingAccountType: 'Management Account',
    BillingCurrency: 'USD',
    InvoiceIssuerName: 'Amazon Web Services, Inc.',
    PricingCurrency: 'USD',
    ProviderName: 'AWS',
    PublisherName: 'Amazon Web Services, Inc.',
    SubAccountId: account.accountId,
    SubAccountName: account.name,
    SubAccountType: 'Account',
  };
}

function monthColumns(day: HistoryDay, organisation: Organisation): FocusRow {
  const invoiceId = invoiceIdOf(day, organisation);
  return {
    BillingPeriodEnd: `${day.nextMonthStart}T00:00:00Z`,
    BillingPeriodStart: `${day.monthStart}T00:00:00Z`,
    ...(invoiceId !== undefined && { InvoiceId: invoiceId }),
  };
}

/** Invoices exist for closed months only. */
function invoiceIdOf(day: HistoryDay, organisation: Organisation): string | undefined {
  if (day.nextMonthStart > organisation.lastDay) return undefined;
  return `21${String(organisation.seed).padStart(3, '0')}${day.monthStart.slice(0, 7).replace('-', '')}`;
}
