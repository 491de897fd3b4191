import { roundDecimal, type CaseLake, type CostAnswer, type Tool } from '@counterfoil/core';
import { perCount, ratioOf, sumUnits, unitPrice, unitsToText, type Units } from './decimals.ts';
import { statusOf } from './daily-series.ts';
import { lakeTool } from './lake-tool.ts';
import { daysWithData, periodsOf, reader, usageFilter } from './subject.ts';

/** Whether more was used or each unit became dearer. */
export function priceAndQuantityTool(lake: CaseLake): Tool {
  return lakeTool(lake, {
    name: 'lake.price_and_quantity',
    description: 'Splits the change of an element into a quantity part and a unit price part.',
    async read(subject, _lake, caseId) {
      const { before, after } = periodsOf(subject);
      const days = await daysWithData(lake, caseId, subject);
      const answer = await lake.query(caseId, {
        measures: [subject.basis, 'ConsumedQuantity'],
        groupBy: ['day', 'pricingUnit'],
        filter: usageFilter(subject.element),
        fromDate: before.fromDate,
        toDate: after.toDate,
      });
      const question = 'Was more used, or did each unit become dearer?';
      const source = `lake:${answer.queryId}`;
      const status = statusOf(answer.truncated, answer.rows.length);
      const split = halves(answer, subject);
      if (split.units.length !== 1 || split.quantity.before + split.quantity.after === 0n) {
        const finding =
          'The units are mixed or missing, so price and quantity cannot be told apart.';
        return { status, question, finding, facts: { 'quantity.unit': null }, source };
      }
      const facts = { 'quantity.unit': split.units[0] ?? null, ...factsOf(split, days) };
      const told = (name: keyof typeof facts) =>
        facts[name] === null ? 'none' : roundDecimal(String(facts[name]), 2);
      const finding = `Per day the quantity went from ${told('quantity.perDayBefore')} to ${told('quantity.perDayAfter')}, the unit price from ${told('price.before')} to ${told('price.after')}.`;
      return { status, question, finding, facts, source };
    },
  });
}

interface Halves {
  readonly units: readonly string[];
  readonly cost: { readonly before: Units; readonly after: Units };
  readonly quantity: { readonly before: Units; readonly after: Units };
}

function halves(
  answer: CostAnswer,
  subject: { readonly basis: string; readonly onsetDate: string },
): Halves {
  const read = reader(answer);
  const isBefore = (row: CostAnswer['rows'][number]) =>
    (read(row, 'day') ?? '') < subject.onsetDate;
  const rowsBefore = answer.rows.filter(isBefore);
  const rowsAfter = answer.rows.filter((row) => !isBefore(row));
  const sum = (rows: CostAnswer['rows'], column: string) =>
    sumUnits(rows.map((row) => read(row, column)));
  return {
    units: [...new Set(answer.rows.map((row) => read(row, 'pricingUnit') ?? ''))],
    cost: { before: sum(rowsBefore, subject.basis), after: sum(rowsAfter, subject.basis) },
    quantity: {
      before: sum(rowsBefore, 'ConsumedQuantity'),
      after: sum(rowsAfter, 'ConsumedQuantity'),
    },
  };
}

/**
 * Exact midpoint split: Δcost = Δprice · mean quantity + Δquantity · mean price. Without a price on one side (nothing was
 * used) the whole change is quantity.
 */
function factsOf(split: Halves, days: { readonly before: number; readonly after: number }) {
  const quantityBefore = perCount(split.quantity.before, days.before);
  const quantityAfter = perCount(split.quantity.after, days.after);
  const priceBefore = unitPrice(split.cost.before, split.quantity.before);
  const priceAfter = unitPrice(split.cost.after, split.quantity.after);
  const change = perCount(split.cost.after, days.after) - perCount(split.cost.before, days.before);
  const priceEffect =
    priceBefore === null || priceAfter === null
      ? 0n
      : ((priceAfter - priceBefore) * (quantityBefore + quantityAfter)) / (2n * 10n ** 18n);
  const share = ratioOf(priceEffect, change);
  return {
    'quantity.perDayBefore': unitsToText(quantityBefore),
    'quantity.perDayAfter': unitsToText(quantityAfter),
    'quantity.ratio': ratioOf(quantityAfter, quantityBefore),
    'quantity.effectPerDay': unitsToText(change - priceEffect),
    'price.before': priceBefore === null ? null : unitsToText(priceBefore),
    'price.after': priceAfter === null ? null : unitsToText(priceAfter),
    'price.ratio':
      priceBefore === null || priceAfter === null ? null : ratioOf(priceAfter, priceBefore),
    'price.effectPerDay': unitsToText(priceEffect),
    'price.effectShare': share === null ? null : Math.min(1, Math.max(0, share)),
  };
}
