import { daysBetween } from '../analysis/days.ts';
import type { ContractCommitment } from './contract-commitment.ts';
import type { CommitmentsAnswer } from './summarise-commitments.ts';

/** The end of one commitment. */
export interface ExpiryEntry {
  /** First day on which usage is no longer covered, ISO date. */
  readonly date: string;
  readonly commitmentDiscountId: string;
  readonly type: string | null;
  readonly description: string | null;
  /** Days from today; below zero where it is over. */
  readonly daysLeft: number;
  readonly source: 'contract' | 'purchase';
  /** What the contract costs over its term, where it says so. */
  readonly cost: string | null;
  readonly currency: string | null;
  /** Used share so far, in percent; null where it has no charges. */
  readonly utilisationPercent: number | null;
}

/** Ends of commitments, the nearest first; those known only from a contract are in it too. Over for more than `pastDaysMax` days: left out. */
export function expiryCalendar(
  { currencies }: Pick<CommitmentsAnswer, 'currencies'>,
  contracts: readonly ContractCommitment[],
  { todayDate, pastDaysMax }: { readonly todayDate: string; readonly pastDaysMax: number },
): readonly ExpiryEntry[] {
  const byId = new Map(contracts.map((one) => [one.contractCommitmentId, one]));
  const charged = currencies.flatMap(({ currency, commitments }) =>
    commitments.flatMap((one): readonly ExpiryEntry[] => {
      const { expiresDate, expiresBy, commitmentDiscountId } = one;
      const contract = byId.get(commitmentDiscountId);
      if (expiresDate === null || expiresBy === null) return [];
      return [
        {
          date: expiresDate,
          commitmentDiscountId,
          type: one.commitmentDiscountType ?? contract?.type ?? null,
          description: contract?.description ?? null,
          daysLeft: daysBetween(todayDate, expiresDate),
          source: expiresBy,
          cost: contract?.cost ?? null,
          currency: contract?.billingCurrency ?? currency,
          utilisationPercent: one.utilisationPercent,
        },
      ];
    }),
  );
  const known = new Set(charged.map(({ commitmentDiscountId }) => commitmentDiscountId));
  const contracted = contracts
    .filter(({ contractCommitmentId }) => !known.has(contractCommitmentId))
    .map((one): ExpiryEntry => ({
      date: one.periodEndDate,
      commitmentDiscountId: one.contractCommitmentId,
      type: one.type,
      description: one.description,
      daysLeft: daysBetween(todayDate, one.periodEndDate),
      source: 'contract',
      cost: one.cost,
      currency: one.billingCurrency,
      utilisationPercent: null,
    }));
  return [...charged, ...contracted]
    .filter(({ daysLeft }) => daysLeft >= -pastDaysMax)
    .toSorted((a, b) =>
      a.date === b.date
        ? a.commitmentDiscountId.localeCompare(b.commitmentDiscountId)
        : a.date.localeCompare(b.date),
    );
}

const LINE_BYTES_MAX = 75;

/**
 * The entries as an iCalendar text (RFC 5545): an all-day event each, with a reminder a month before, under an id that stays the same,
 * so that a calendar that reads it again keeps one event. `stamp` is an instant such as `20260301T000000Z`.
 */
export function calendarIcs(entries: readonly ExpiryEntry[], stamp: string): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Counterfoil//Commitments//EN',
    'CALSCALE:GREGORIAN',
    ...entries.flatMap((entry) => eventLines(entry, stamp)),
    'END:VCALENDAR',
  ];
  return `${lines.flatMap(folded).join('\r\n')}\r\n`;
}

function eventLines(entry: ExpiryEntry, stamp: string): readonly string[] {
  const { date, commitmentDiscountId, type, description, utilisationPercent } = entry;
  const summary = `${type ?? 'Commitment'} ends: ${commitmentDiscountId}`;
  const details = [
    ...(description === null ? [] : [description]),
    ...(utilisationPercent === null ? [] : [`used to ${utilisationPercent} %`]),
    `from its ${entry.source}`,
  ].join('; ');
  return [
    'BEGIN:VEVENT',
    `UID:${escaped(commitmentDiscountId)}@counterfoil`,
    `DTSTAMP:${stamp}`,
    `DTSTART;VALUE=DATE:${date.replaceAll('-', '')}`,
    `SUMMARY:${escaped(summary)}`,
    `DESCRIPTION:${escaped(details)}`,
    'TRANSP:TRANSPARENT',
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    `DESCRIPTION:${escaped(summary)}`,
    'TRIGGER:-P30D',
    'END:VALARM',
    'END:VEVENT',
  ];
}

function escaped(text: string): string {
  return text
    .replace(/[\\;,]/g, (character) => `\\${character}`)
    .replace(/\r?\n|\r/g, '\\n')
    .replace(/\p{Cc}/gu, '');
}

/** Lines of at most 75 octets; the next ones begin with a space. No character is cut. */
function folded(line: string): readonly string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const character of line) {
    if (Buffer.byteLength(piece + character) > LINE_BYTES_MAX) {
      pieces.push(piece);
      piece = ' ';
    }
    piece += character;
  }
  return [...pieces, piece];
}
