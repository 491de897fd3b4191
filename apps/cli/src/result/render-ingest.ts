import { formatMoney, sumDecimals, visibleText, type JsonObject } from '@counterfoil/core';
import { z } from 'zod';
import type { coloursOf } from '../terminal/terminal.ts';

const PROBLEM_KINDS_SHOWN_MAX = 5;

const reportShape = z.object({
  versionId: z.string(),
  files: z.array(
    z.object({
      name: z.string(),
      layout: z.string(),
      partId: z.string(),
      rowsRejected: z.number(),
    }),
  ),
  rowsRead: z.number(),
  rowsLoaded: z.number(),
  rowsRejected: z.number(),
  totals: z.array(
    z.object({ currency: z.string(), costs: z.object({ BilledCost: z.string().nullable() }) }),
  ),
  problemKinds: z.array(
    z.object({ file: z.string(), column: z.string(), reason: z.string(), rows: z.number() }),
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
    `  ${rowsRead} rows read, ${rowsLoaded} loaded, ${rowsRejected === 0 ? 'none rejected' : colours.yellow(`${rowsRejected} rejected (kept as they stood)`)}`,
    ...problemLines(parsed.data.problemKinds),
    ...rejectsLines(files),
    `  ${renderTotals(parsed.data, colours)}`,
    ...findings.map(({ severity, code, subject, message }) => {
      const mark = severity === 'warning' ? colours.yellow('!') : colours.dim('·');
      const where = subject === null ? '' : `${visibleText(subject)}: `;
      return `  ${mark} ${code}  ${where}${visibleText(message)}`;
    }),
  ].join('\n');
}

/** What did not parse, the commonest first. */
function problemLines(kinds: z.infer<typeof reportShape>['problemKinds']): readonly string[] {
  const lines = kinds
    .slice(0, PROBLEM_KINDS_SHOWN_MAX)
    .map(({ file, column, reason, rows }) =>
      visibleText(`${file}, ${column}: ${reason} (${rows === 1 ? '1 row' : `${rows} rows`})`),
    );
  const more = kinds.length - lines.length;
  return [...lines, ...(more > 0 ? [`and ${more} other kinds of problems, with --json`] : [])].map(
    (line) => `    ${line}`,
  );
}

/** Where the rows that were rejected stand. */
function rejectsLines(files: z.infer<typeof reportShape>['files']): readonly string[] {
  return files
    .filter(({ rowsRejected }) => rowsRejected > 0)
    .slice(0, PROBLEM_KINDS_SHOWN_MAX)
    .map(
      ({ name, partId }) =>
        `    every row of ${visibleText(name)} with a problem: parts/${partId}/rejects.ndjson in the folder of the lake`,
    );
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
