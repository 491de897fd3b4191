/**
 * Root-cause localisation on the published and the generated families.
 * usage: node bench/rca.ts FOLDER OUT [FAMILY…]   writes OUT/FAMILY.json, which FOLDER/score.py reads
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localise, type LocalisedCause } from '@counterfoil/costs';
import { readInstances } from './rca-instances.ts';

const [folder = '../shared/rca', out = 'bench/out', ...families] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
for (const family of families.length > 0 ? families : ['B0', 'L', 'S', 'C', 'CH']) {
  const predictions: Record<string, { causes: string[]; seconds: number }> = {};
  for (const { id, cube } of readInstances(join(folder, family))) {
    const before = process.cpuUsage();
    const { causes } = localise(cube);
    const used = process.cpuUsage(before);
    predictions[id] = { causes: causes.map(elementText), seconds: (used.user + used.system) / 1e6 };
  }
  const file = join(out, `${family}.json`);
  writeFileSync(file, JSON.stringify({ algorithm: 'counterfoil', predictions }));
  const score = execFileSync('python3', [join(folder, 'score.py'), join(folder, family), file]);
  process.stdout.write(score);
}

function elementText(cause: LocalisedCause): string {
  return Object.entries(cause.where)
    .map(([dimension, value]) => `${dimension}=${value}`)
    .join('&');
}
