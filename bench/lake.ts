/**
 * Ingest and queries of the lake against bare DuckDB for the same work, in turns, and the section "Lake" of bench/RESULTS.md.
 * usage: node bench/lake.ts [ORGANISATIONS…]   each a size: so many simulated organisations in one file, some 120,000 rows each
 */
import { execFileSync } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DEMO_LAST_DAY, generateOrganisation, writeFocusFiles } from '@counterfoil/simulator';

const ROUNDS = 3;
const RESULTS = join(import.meta.dirname, 'RESULTS.md');
const HEADING = '## Lake';

interface Run {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMb: number;
}

interface Measured {
  readonly rows: number;
  readonly megabytes: number;
  readonly bare: Run;
  readonly product: Run;
  readonly answers: readonly Asked[];
}

/** One question, asked by hand and of the product; medians. */
interface Asked {
  readonly groupBy: readonly string[];
  readonly groups: number;
  readonly raw: Elapsed;
  readonly product: Elapsed;
}

interface Elapsed {
  readonly wallMs: number;
  readonly cpuMs: number;
}

const sizes = process.argv.slice(2).map(Number);
const folder = await mkdtemp(join(tmpdir(), 'lake-bench-'));
try {
  const measured: Measured[] = [];
  for (const size of sizes.length > 0 ? sizes : [1, 4]) measured.push(await measure(size));
  const section = render(measured);
  console.log(section);
  await keep(section);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function measure(organisations: number): Promise<Measured> {
  const file = join(folder, 'charges.csv');
  const rows = await generate(organisations, file);
  const bare: Run[] = [];
  const product: Run[] = [];
  const lake = join(folder, 'lake');
  for (let round = 0; round < ROUNDS; round += 1) {
    await rm(lake, { recursive: true, force: true });
    bare.push(run('bare', file, folder) as Run);
    product.push(run('product', file, lake) as Run);
  }
  const { size } = await stat(file);
  return {
    rows,
    megabytes: size / 1e6,
    bare: medianRun(bare),
    product: medianRun(product),
    answers: run('query', lake) as readonly Asked[],
  };
}

/** One CSV file of several organisations; the same number gives the same bytes. */
async function generate(organisations: number, file: string): Promise<number> {
  const months = join(folder, 'months');
  await rm(file, { force: true });
  let rows = 0;
  for (let seed = 1; seed <= organisations; seed += 1) {
    await mkdir(months, { recursive: true });
    const organisation = generateOrganisation({ seed, lastDay: DEMO_LAST_DAY });
    for (const month of await writeFocusFiles(organisation, months)) {
      const start = existsSync(file) ? await headerBytes(month.path) : 0;
      await pipeline(
        createReadStream(month.path, { start }),
        createWriteStream(file, { flags: 'a' }),
      );
      rows += month.rows;
    }
    await rm(months, { recursive: true });
  }
  return rows;
}

async function headerBytes(path: string): Promise<number> {
  for await (const chunk of createReadStream(path)) return (chunk as Buffer).indexOf('\n') + 1;
  return 0;
}

function run(...args: readonly string[]): unknown {
  const script = join(import.meta.dirname, 'lake-run.ts');
  return JSON.parse(execFileSync(process.execPath, [script, ...args], { encoding: 'utf8' }));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function medianRun(runs: readonly Run[]): Run {
  return {
    wallSeconds: median(runs.map((one) => one.wallSeconds)),
    cpuSeconds: median(runs.map((one) => one.cpuSeconds)),
    peakMb: Math.max(...runs.map((one) => one.peakMb)),
  };
}

function render(measured: readonly Measured[]): string {
  const ingests = measured.flatMap(({ rows, megabytes, bare, product }) =>
    Object.entries({ 'bare COPY': bare, product }).map(
      ([name, one]) =>
        `| ${rows.toLocaleString('en')} (${megabytes.toFixed(0)} MB) | ${name} | ${one.wallSeconds.toFixed(2)} | ${Math.round(rows / one.wallSeconds).toLocaleString('en')} | ${one.cpuSeconds.toFixed(2)} | ${one.peakMb} | ${(bare.wallSeconds / one.wallSeconds).toFixed(2)} | ${(bare.cpuSeconds / one.cpuSeconds).toFixed(2)} |`,
    ),
  );
  const queries = measured.flatMap(({ rows, answers }) =>
    answers.map(({ groupBy, groups, raw, product }) => {
      const ratio = (read: (one: Elapsed) => number) => (read(product) / read(raw)).toFixed(2);
      return `| ${rows.toLocaleString('en')} | ${groupBy.join(', ') || 'nothing'} | ${groups.toLocaleString('en')} | ${raw.wallMs.toFixed(1)} | ${product.wallMs.toFixed(1)} | ${ratio((one) => one.wallMs)} | ${ratio((one) => one.cpuMs)} |`;
    }),
  );
  return `${HEADING}

${machine()} \`npm run bench -- lake ${process.argv.slice(2).join(' ')}\`: medians of ${ROUNDS} runs in turns, each in a process of its own with 1 GB for DuckDB; memory is the largest peak of the process. Other work ran on the machine, so compare within a row group only.

Ingest of one FOCUS 1.2 CSV file. Bare: \`COPY (SELECT * FROM read_csv(…)) TO … (FORMAT parquet, COMPRESSION zstd)\`, which guesses types and checks nothing. Product: digest, encoding and header, exact decimals, tags as maps, rejects, totals reconciled against the raw text, data-quality findings, durable publication.

| rows | | wall s | rows/s | CPU s | peak MB | rows/s to bare | CPU of bare |
|---|---|---|---|---|---|---|---|
${ingests.join('\n')}

Cost of every third account, all days: the product's scoped query against the same SQL by hand over the same Parquet files, medians of 15 runs in turns. The product answers at most 5,000 groups and says that there are more; by hand all are read.

| rows | by | groups | by hand ms | product ms | product to by hand | CPU of by hand |
|---|---|---|---|---|---|---|
${queries.join('\n')}
`;
}

function machine(): string {
  const date = new Date().toISOString().slice(0, 10);
  return `${date}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}.`;
}

/** Replaces this section of the results, and leaves the others as they are. */
async function keep(section: string): Promise<void> {
  const text = existsSync(RESULTS) ? await readFile(RESULTS, 'utf8') : '# Benchmark results\n\n';
  const start = text.indexOf(`${HEADING}\n`);
  if (start === -1) return writeFile(RESULTS, `${text.trimEnd()}\n\n${section}`);
  const end = text.indexOf('\n## ', start);
  await writeFile(RESULTS, text.slice(0, start) + section + (end === -1 ? '' : text.slice(end)));
}
