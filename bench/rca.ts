/**
 * Root-cause localisation: the published and the generated families beside the answers of the published methods, fresh
 * cost cubes, and large cubes by the command line in a process of its own each.
 * usage: node bench/rca.ts [FOLDER] [OUT] [PART…]   PART: families, fresh, large (default: all); prints Markdown
 *
 * FOLDER holds the families, `score.py`, `gen_cube.mjs` and `peer_predictions`; OUT receives OUT/FAMILY.json, which
 * `score.py` reads, and the generated cubes.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localise, type Cube, type LocalisedCause } from '@counterfoil/costs';
import { readInstances } from './rca-instances.ts';

const [folder = '../shared/rca', out = 'bench/out', ...chosen] = process.argv.slice(2);
const FAMILIES = ['B0', 'L', 'S', 'C', 'CH'] as const;
const FRESH_SEEDS = [111, 112, 113, 114, 115, 116, 117, 118];
const SCORE_STEPS = [0, 0.7, 0.8, 0.9, 0.95, 0.99, 1];
const PARTS: Readonly<Record<string, () => void>> = { families, fresh, large };

interface Score {
  readonly algorithm: string;
  readonly F1: number;
  readonly mean_s: number;
}

mkdirSync(out, { recursive: true });
for (const part of chosen.length > 0 ? chosen : Object.keys(PARTS)) PARTS[part]?.();

/** The five families: F1 and mean CPU seconds of every method, all by the same scorer. */
function families(): void {
  const methods = new Map<string, string[]>();
  for (const family of FAMILIES) {
    const data = join(folder, family);
    const peers = readdirSync(join(folder, 'peer_predictions'))
      .filter((name) => name.startsWith(`${family}.`))
      .map((name) => join(folder, 'peer_predictions', name));
    for (const { algorithm, F1, mean_s } of score(data, [predict(data, family), ...peers])) {
      const cells = methods.get(algorithm) ?? [];
      cells.push(`${F1.toFixed(3)} · ${mean_s.toFixed(3)} s`);
      methods.set(algorithm, cells);
    }
  }
  print([`| method | ${FAMILIES.join(' | ')} |`, `|---|${'---|'.repeat(FAMILIES.length)}`]);
  print([...methods].map(([name, cells]) => `| ${name} | ${cells.join(' | ')} |`));
}

/** Eight seeds that nothing was chosen on, forty cubes each, and how often a score is right. */
function fresh(): void {
  print([
    '',
    '| cubes | ' + FRESH_SEEDS.join(' | ') + ' |',
    `|---|${'---|'.repeat(FRESH_SEEDS.length)}`,
  ]);
  const judged: { score: number; right: boolean }[] = [];
  for (const hard of [[], ['--hard']]) {
    const cells = FRESH_SEEDS.map((seed) => {
      const data = generate(`${hard.length > 0 ? 'CH' : 'C'}${seed}`, [
        String(seed),
        '40',
        ...hard,
      ]);
      const [own] = score(data, [predict(data, `fresh-${seed}`, judged)]);
      return own?.F1.toFixed(3) ?? '';
    });
    print([`| ${hard.length > 0 ? 'CH' : 'C'} | ${cells.join(' | ')} |`]);
  }
  print(['', '| score | causes | of which right |', '|---|---|---|']);
  for (let step = 1; step < SCORE_STEPS.length; step++) {
    const [low = 0, high = 1] = [SCORE_STEPS[step - 1], SCORE_STEPS[step]];
    const inside = judged.filter(({ score: one }) => one >= low && one < high);
    const right = inside.filter((one) => one.right).length;
    print([
      `| ${low}–${high} | ${inside.length} | ${(right / Math.max(1, inside.length)).toFixed(3)} |`,
    ]);
  }
}

/** Large cubes of 200 accounts, each explained by the command line: time after the table is in memory. */
function large(): void {
  print(['', '| leaves | elapsedMs, each in a process of its own | median |', '|---|---|---|']);
  for (const rows of ['95000', '400000']) {
    const data = generate(`large-${rows}`, ['901', '1', '200', rows]);
    const [instance] = readInstances(data);
    const file = join(data, `${instance?.id ?? ''}.csv.gz`);
    const times = Array.from({ length: 5 }, () => explainMs(file)).toSorted((a, b) => a - b);
    const cells = times.map((time) => time.toFixed(0)).join(', ');
    print([`| ${instance?.cube.actual.length ?? 0} | ${cells} | ${times[2]?.toFixed(0) ?? ''} |`]);
  }
}

function explainMs(file: string): number {
  const dimensions = 'account,service,region,usageType,team';
  const columns = ['--dimensions', dimensions, '--actual', 'real', '--expected', 'predict'];
  const args = ['bin/counterfoil.mjs', 'explain', '--table', file, ...columns, '--json'];
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return (JSON.parse(stdout) as { readonly elapsedMs: number }).elapsedMs;
}

function generate(name: string, args: readonly string[]): string {
  const data = join(out, name);
  execFileSync(process.execPath, [join(folder, 'gen_cube.mjs'), data, ...args]);
  return data;
}

/** Localises every instance of a folder; writes the answers for the scorer and returns their file. */
function predict(data: string, name: string, judged?: { score: number; right: boolean }[]): string {
  const predictions: Record<string, { causes: string[]; seconds: number }> = {};
  const truth = judged ? truthOf(data) : {};
  for (const { id, cube } of readInstances(data)) {
    const before = process.cpuUsage();
    const { causes } = localise(cube);
    const used = process.cpuUsage(before);
    predictions[id] = { causes: causes.map(elementText), seconds: (used.user + used.system) / 1e6 };
    const rows = new Set((truth[id] ?? []).map((element) => rowsOf(cube, element)));
    for (const cause of causes) {
      judged?.push({ score: cause.score, right: rows.has(rowsOf(cube, elementText(cause))) });
    }
  }
  const file = join(out, `${name}.json`);
  writeFileSync(file, JSON.stringify({ algorithm: 'counterfoil', predictions }));
  return file;
}

function truthOf(data: string): Readonly<Record<string, readonly string[]>> {
  return JSON.parse(readFileSync(join(data, 'truth.json'), 'utf8')) as Record<string, string[]>;
}

/** The leaves that an element selects; two elements that select the same are the same. */
function rowsOf(cube: Cube, element: string): string {
  const parts = element.split('&').map((part) => {
    const [name = '', value = ''] = part.split('=');
    const d = cube.dimensions.indexOf(name);
    return {
      codes: cube.codes[d] ?? new Int32Array(0),
      code: cube.values[d]?.indexOf(value) ?? -1,
    };
  });
  const leaves = Array.from(cube.actual.keys());
  return leaves.filter((i) => parts.every(({ codes, code }) => codes[i] === code)).join();
}

function score(data: string, files: readonly string[]): readonly Score[] {
  const args = [join(folder, 'score.py'), data, ...files];
  const lines = execFileSync('python3', args, { encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Score);
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

function elementText(cause: LocalisedCause): string {
  return Object.entries(cause.where)
    .map(([dimension, value]) => `${dimension}=${value}`)
    .join('&');
}
