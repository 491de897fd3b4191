import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, after, describe, it } from 'node:test';
import { decimalUnits } from '@counterfoil/core';
import {
  ingest,
  openLakeVersion,
  openVersionStore,
  parseTaxonomy,
  showback,
  suggestTaxonomy,
  tagCoverage,
  type LakeVersion,
  type ScopedLake,
} from '@counterfoil/costs';
import {
  DEMO_LAST_DAY,
  DEMO_SEED,
  generateOrganisation,
  writeFocusFiles,
} from '@counterfoil/simulator';

const EXTENT = { fromDate: '2026-09-01', toDate: '2026-10-01', basis: 'EffectiveCost' } as const;

/** A charge as the file has it, read without the lake. */
interface Line {
  readonly category: string;
  readonly start: string;
  readonly units: bigint;
  readonly resource: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Lines of a file of the simulator: quoted only where a cell holds JSON. */
function linesOf(path: string): readonly Line[] {
  const [header = '', ...rows] = readFileSync(path, 'utf8').trim().split('\n');
  const names = header.split(',');
  return rows.map((row) => {
    const cells = (row.match(/("([^"]|"")*"|[^,]*)(,|$)/g) ?? []).map((cell) =>
      cell.replace(/,$/, '').replace(/^"|"$/g, '').replaceAll('""', '"'),
    );
    const cell = (name: string) => cells[names.indexOf(name)] ?? '';
    return {
      category: cell('ChargeCategory'),
      start: cell('ChargePeriodStart'),
      units: decimalUnits(cell('EffectiveCost')),
      resource: cell('ResourceId'),
      tags: JSON.parse(cell('Tags') || '{}') as Line['tags'],
    };
  });
}

const sum = (lines: readonly Line[]) => lines.reduce((total, { units }) => total + units, 0n);

describe('allocation on the demonstration organisation', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cf-demo-allocation-'));
  let version: LakeVersion;
  let lake: ScopedLake;
  let lines: readonly Line[];

  before(async () => {
    const organisation = generateOrganisation({ seed: DEMO_SEED, lastDay: DEMO_LAST_DAY });
    const files = await writeFocusFiles(organisation, join(folder, 'bills'), {});
    const month = files.find(({ path }) => path.endsWith('2026-09.csv'));
    assert.ok(month);
    lines = linesOf(month.path).filter(
      ({ start }) => start >= EXTENT.fromDate && start < EXTENT.toDate,
    );
    const versions = await openVersionStore(join(folder, 'lake'));
    const clock = { nowMs: () => 0 };
    const { manifest } = await ingest([month.path], { versions, clock, memoryLimitMb: 400 });
    const spillDirectory = join(folder, 'spill');
    version = await openLakeVersion({
      charges: versions.chargesOf(manifest),
      spillDirectory,
      dataVersion: manifest.versionId,
      memoryLimitMb: 400,
      timeoutMs: 60_000,
    });
    lake = version.scoped('all');
  });
  after(() => {
    version.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('covers what the lines of the file say, to the last digit', async () => {
    const taxonomy = parseTaxonomy({ keys: { owner: {} } });
    const { currencies } = await tagCoverage(lake, { extent: EXTENT, taxonomy, untaggedMax: 5 });
    const [usd] = currencies;
    const own = lines.filter(({ tags }) => (tags['owner'] ?? '') !== '');
    const tagged = own.filter(({ category, units }) => category === 'Usage' && units > 0n);
    assert.equal(decimalUnits(usd?.sum.taggedCost ?? '0'), sum(tagged));
    assert.ok((usd?.sum.taggedPercent ?? 0) > 80 && (usd?.sum.taggedPercent ?? 0) < 90);
    const credits = usd?.apart.find((part) => part.class === 'credit')?.cost ?? '0';
    assert.equal(decimalUnits(credits), sum(lines.filter(({ category }) => category === 'Credit')));
  });

  it('shows every cent of the bill to somebody, once the rules take what nobody owns', async () => {
    const shared = [{ name: 'Rest', match: { untagged: true }, split: 'proportional' }];
    const { currencies } = await showback(lake, {
      extent: EXTENT,
      taxonomy: parseTaxonomy({ shared }),
      by: 'owner',
      metrics: [],
    });
    const [usd] = currencies;
    assert.ok(usd?.lines.every(({ owner }) => owner !== null));
    assert.equal(
      decimalUnits(usd?.total.total ?? '0') + decimalUnits(usd?.leftOut ?? '0'),
      sum(lines),
    );
    const owners = new Set(lines.flatMap(({ tags }) => tags['owner'] ?? []));
    assert.equal(usd?.lines.length, owners.size);
  });

  it('finds no key or value to be another one misspelled, since none is', async () => {
    const found = await suggestTaxonomy(lake, { extent: EXTENT, taxonomy: parseTaxonomy({}) });
    assert.deepEqual(found.suggestions, []);
    assert.equal(found.rowsRead, lines.length);
  });
});
