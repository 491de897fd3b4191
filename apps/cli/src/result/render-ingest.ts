import { formatMoney, sumDecimals, visibleText, type JsonObject } from '@counterfoil/core';
import { z } from 'zod';
import type { coloursOf } from '../terminal/terminal.ts';

const reportShape = z.object({
  versionId: z.string(),
  files: z.array(z.object({ name: z.string(), layout: z.string() })),
  rowsRead: z.number(),
  rowsLoaded: z.number(),
  rowsRejected: z.number(),
  totals: z.array(
    z.object({ currency: z.string(), costs: z.object({ BilledCost: z.string().nullable() }) }),
  ),
  reconciled: z.boolean(),
  difference: z.string(),
  findings: z.array(
    z.object({
      severity: z.string(),
      code: z.string(),
      subject: z.string().nullable(),
      message: z.string(),
    }),
  ),
  fromDate: z.string(),
  toDate: z.string(),
});

/** An ingest report in words: what was read, whether the totals reconcile, what was rejected, what is odd about the data. */
export function renderIngest(report: JsonObject, colours: ReturnType<typeof coloursOf>): string {
  const parsed = reportShape.safeParse(report);
  if (!parsed.success) return JSON.stringify(report);
  const { files, rowsRead, rowsLoaded, rowsRejected, fromDate, toDate, findings } = parsed.data;
  const layouts = [...new Set(files.map((file) => file.layout))].join(', ');
  const noun = files.length === 1 ? 'file' : 'files';
  return [
    colours.bold(`Ingested ${files.length} ${noun} (${layouts}), ${fromDate} to ${toDate}`),
    `  ${rowsRead} rows read, ${rowsLoaded} loaded, ${rowsRejected === 0 ? 'none rejected' : colours.yellow(`${rowsRejected} rejected (kept in the rejects file)`)}`,
    `  ${renderTotals(parsed.data, colours)}`,
    ...findings.map(({ severity, code, subject, message }) => {
      const mark = severity === 'warning' ? colours.yellow('!') : colours.dim('·');
      const where = subject === null ? '' : `${visibleText(subject)}: `;
      return `  ${mark} ${code}  ${where}${visibleText(message)}`;
    }),
  ].join('\n');
}

function renderTotals(
  { totals, reconciled, difference }: z.infer<typeof reportShape>,
  colours: ReturnType<typeof coloursOf>,
): string {
  const currencies = [...new Set(totals.map((total) => total.currency))];
  const sums = currencies.map((currency) => {
    const amounts = totals
      .filter((total) => total.currency === currency)
      .map((total) => total.costs.BilledCost ?? '0');
    return formatMoney({ amount: sumDecimals(amounts), currency });
  });
  const verdict = reconciled
    ? colours.green('reconciled with the files to the last digit')
    : colours.red(`does not reconcile: ${difference} off`);
  return `BilledCost ${sums.join(' + ')}, ${verdict}`;
}
