import { formatMoney, visibleText } from '@counterfoil/core';
import type {
  CoverageAnswer,
  ShowbackAnswer,
  ShowbackLine,
  VersionQuality,
} from '@counterfoil/costs';
import { APART_TEXT, percentText } from '../result/render-coverage.ts';

/** A document of headings, lines and tables, from which every format of a report is written. */
export interface ReportDocument {
  readonly title: string;
  readonly sections: readonly ReportSection[];
}

interface ReportSection {
  readonly heading: string;
  readonly lines: readonly string[];
  readonly table?: {
    readonly columns: readonly { readonly title: string; readonly align?: 'right' }[];
    readonly rows: readonly (readonly string[])[];
  };
}

/** What an allocation report is made of: the period, the one before it, and how far the data can be relied on. */
export interface ReportData {
  readonly title: string;
  readonly coverage: CoverageAnswer;
  readonly showback: ShowbackAnswer;
  /** Null where the data does not hold the period before. */
  readonly before: ShowbackAnswer | null;
  readonly quality: VersionQuality | null;
}

const RIGHT = { align: 'right' } as const;
const UNTAGGED_SHOWN_MAX = 10;

/** The report as a document. */
export function reportDocument(data: ReportData): ReportDocument {
  const { coverage, showback } = data;
  return {
    title: data.title,
    sections: [
      summarySection(data),
      ...showback.currencies.flatMap((currency) => ownerSections(currency, data)),
      ...coverage.currencies.flatMap(coverageSections),
      {
        heading: 'Where these figures come from',
        lines: [
          `Data version ${showback.dataVersion}, ${showback.rowsRead} charges.`,
          `Owners: query ${showback.queryId}. Coverage: query ${coverage.queryId}.`,
          'The lines add up to the bill exactly; shared costs are split by largest remainder in units of 10^-18. The JSON beside this report has every digit.',
        ],
      },
    ],
  };
}

function summarySection({ coverage, showback, quality }: ReportData): ReportSection {
  const { fromDate, toDate, basis, by } = showback;
  const cost = basis === 'EffectiveCost' ? 'amortised (EffectiveCost)' : 'billed (BilledCost)';
  const gate = { passed: 'reached', failed: 'not reached', no_data: 'not judged' }[coverage.gate];
  const reasons = (quality?.reasons ?? []).map(({ message }) => message);
  return {
    heading: 'Summary',
    lines: [
      `Costs by ${by}, ${cost}, from ${fromDate} until before ${toDate}.`,
      `Tag coverage gate of ${coverage.gatePercent} %: ${gate}.`,
      ...(reasons.length === 0 ? [] : [`Read with care: ${reasons.join('; ')}.`]),
    ],
  };
}

function ownerSections(
  report: ShowbackAnswer['currencies'][number],
  { before }: ReportData,
): readonly ReportSection[] {
  const { currency, lines, pools, total } = report;
  const money = (amount: string) => formatMoney({ amount, currency });
  const earlier = before?.currencies.find((one) => one.currency === currency);
  const changeOf = (line: ShowbackLine) => {
    if (earlier === undefined) return 'not known';
    const then = Number(earlier.lines.find(({ owner }) => owner === line.owner)?.total ?? '0');
    if (then === 0) return 'new';
    const percent = Math.round((1000 * (Number(line.total) - then)) / Math.abs(then)) / 10;
    return `${percent > 0 ? '+' : ''}${percent} %`;
  };
  const owners: ReportSection = {
    heading: `Owners, ${currency}`,
    lines: [],
    table: {
      columns: [
        { title: 'Owner' },
        ...['Direct', 'Shared', 'Credits', 'Tax', 'Total', 'Change'].map((title) => ({
          title,
          ...RIGHT,
        })),
      ],
      rows: [
        ...lines.map((line) => [
          line.owner ?? '(nobody)',
          ...[line.direct, line.shared, line.credits, line.tax, line.total].map(money),
          changeOf(line),
        ]),
        ['All', '', '', money(total.credits), money(total.tax), money(total.total), ''],
      ],
    },
  };
  if (pools.length === 0) return [owners];
  return [
    owners,
    {
      heading: `Shared costs, ${currency}`,
      lines: [],
      table: {
        columns: [
          { title: 'Shared cost' },
          { title: 'Total', ...RIGHT },
          { title: 'Split' },
          { title: 'State' },
        ],
        rows: pools.map((pool) => [
          pool.name,
          money(pool.total),
          pool.split,
          pool.reason ?? 'split',
        ]),
      },
    },
  ];
}

function coverageSections(
  coverage: CoverageAnswer['currencies'][number],
): readonly ReportSection[] {
  const { currency, sum, keys, apart, untagged } = coverage;
  const money = (amount: string) => formatMoney({ amount, currency });
  return [
    {
      heading: `Tag coverage, ${currency}`,
      lines: [
        `${percentText(sum.taggedPercent)} of ${money(sum.cost)} that could carry tags; ${percentText(sum.resourcesTaggedPercent)} of ${sum.resources} resources.`,
        ...apart.map(
          (part) => `Not counted: ${money(part.cost)} of ${APART_TEXT[part.class] ?? part.class}.`,
        ),
      ],
      table: {
        columns: [
          { title: 'Key' },
          ...['Tagged', 'Missing', 'Not allowed'].map((title) => ({ title, ...RIGHT })),
        ],
        rows: keys.map((key) => [
          key.key,
          percentText(key.taggedPercent),
          money(key.missingCost),
          money(key.invalidCost),
        ]),
      },
    },
    {
      heading: `Most expensive untagged, ${currency}`,
      lines: untagged.length === 0 ? ['Nothing is untagged.'] : [],
      table: {
        columns: [
          { title: 'Resource' },
          { title: 'Account' },
          { title: 'Service' },
          { title: 'Cost', ...RIGHT },
        ],
        rows: untagged
          .slice(0, UNTAGGED_SHOWN_MAX)
          .map((one) => [
            one.resourceId ?? '(names no resource)',
            one.subAccountId,
            one.serviceName ?? '',
            money(one.cost),
          ]),
      },
    },
  ];
}

/** The document as Markdown. Texts from the bill cannot make markup of their own. */
export function markdownOf({ title, sections }: ReportDocument): string {
  const safe = (text: string) => visibleText(text).replace(/[\\`*_{}[\]<>#|~]/g, '\\$&');
  const blocks = sections.flatMap(({ heading, lines, table }) => [
    `## ${safe(heading)}`,
    ...lines.map(safe),
    ...(table === undefined || table.rows.length === 0
      ? []
      : [
          [
            `| ${table.columns.map((column) => safe(column.title)).join(' | ')} |`,
            `| ${table.columns.map(({ align }) => (align === 'right' ? '--:' : '---')).join(' | ')} |`,
            ...table.rows.map((row) => `| ${row.map(safe).join(' | ')} |`),
          ].join('\n'),
        ]),
  ]);
  return `${[`# ${safe(title)}`, ...blocks].join('\n\n')}\n`;
}

const STYLE =
  'body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}table{border-collapse:collapse;margin:1rem 0;display:block;overflow-x:auto}th,td{border-bottom:1px solid #d0d7de;padding:.3rem .7rem;text-align:left}.r{text-align:right;font-variant-numeric:tabular-nums}';

/** The document as one HTML file that loads nothing. */
export function htmlOf({ title, sections }: ReportDocument): string {
  const safe = (text: string) =>
    visibleText(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  const blocks = sections.flatMap(({ heading, lines, table }) => [
    `<h2>${safe(heading)}</h2>`,
    ...lines.map((line) => `<p>${safe(line)}</p>`),
    ...(table === undefined || table.rows.length === 0 ? [] : [htmlTable(table, safe)]),
  ]);
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${safe(title)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${safe(title)}</h1>`,
    ...blocks,
    '</body></html>',
    '',
  ].join('\n');
}

function htmlTable(
  { columns, rows }: NonNullable<ReportSection['table']>,
  safe: (text: string) => string,
): string {
  const cells = (tag: 'th' | 'td', row: readonly string[]) =>
    row
      .map(
        (text, at) =>
          `<${tag}${columns[at]?.align === 'right' ? ' class="r"' : ''}>${safe(text)}</${tag}>`,
      )
      .join('');
  const head = `<thead><tr>${cells(
    'th',
    columns.map(({ title }) => title),
  )}</tr></thead>`;
  return `<table>${head}<tbody>${rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('\n')}</tbody></table>`;
}
