import type { HistoryDay } from './calendar.ts';
import { noiseOf } from './chance.ts';
import type { OrganisationAccount, OrganisationResource } from './organisation.ts';
import { contractedPrice, REGIONS, type PriceItem } from './price-catalogue.ts';

/** A commitment that covers a line on the days before `untilDay`. */
export interface Coverage {
  readonly discountId: string;
  readonly discountName: string;
  readonly category: 'Spend' | 'Usage';
  readonly discountType: string;
  /** Amortised price per unit, 10⁻⁷ USD. */
  readonly rate: number;
  /** Day index, exclusive. */
  readonly untilDay: number;
}

/** What an incident, a batch or a launch adds to a line on some days. */
export interface Extra {
  milliUnitsOn(day: HistoryDay): number;
}

/** One resource's usage of one kind, a row on each day on which its quantity is above zero. */
export interface UsageLine {
  /** Position in the organisation; fixes its noise. */
  readonly number: number;
  readonly account: OrganisationAccount;
  readonly resource: OrganisationResource;
  readonly item: PriceItem;
  /** Thousandths of a unit on a weekday at the start of the history. */
  readonly milliUnits: number;
  /** Weekend level in thousandths of a weekday's; 1000 and no noise for things that run around the clock. */
  readonly weekendLevel: number;
  /** Deviation of the noise in thousandths. */
  readonly noise: number;
  /** Growth a day in millionths. */
  readonly growth: number;
  readonly coverage?: Coverage;
  readonly extras: readonly Extra[];
}

/** Quantity of a line on a day, in thousandths of its unit, a non-negative integer. */
export function milliUnitsOn(line: UsageLine, day: HistoryDay, seed: number): number {
  const weekly = day.weekend ? line.weekendLevel / 1000 : 1;
  const grown = 1 + (line.growth * day.index) / 1_000_000;
  const noisy = 1 + (line.noise * noiseOf(seed, line.number, day.index)) / 1000;
  const base = Math.round(line.milliUnits * weekly * grown * noisy);
  return Math.max(0, base) + extraMilliUnitsOn(line, day);
}

/** The part of the quantity that was planted. */
export function extraMilliUnitsOn(line: UsageLine, day: HistoryDay): number {
  return line.extras.reduce((sum, extra) => sum + extra.milliUnitsOn(day), 0);
}

/** Prices of a line in 10⁻⁷ USD. */
export function pricesOf(line: UsageLine): { readonly list: number; readonly contracted: number } {
  const factor = REGIONS[line.resource.regionId]?.priceFactor ?? 1000;
  const list = Math.round((line.item.listPrice * factor) / 1000);
  return { list, contracted: contractedPrice(list, line.item.serviceName) };
}

/** Price × thousandths as plain decimal text of ten fraction digits, exact. */
export function costText(price: number, milliUnits: number): string {
  return decimalText(BigInt(price) * BigInt(milliUnits), 10);
}

/** An integer of 10^-`digits` units as plain decimal text. */
export function decimalText(units: bigint, digits: number): string {
  const negative = units < 0n;
  const text = (negative ? -units : units).toString().padStart(digits + 1, '0');
  const point = text.length - digits;
  return `${negative ? '-' : ''}${text.slice(0, point)}.${text.slice(point)}`;
}
