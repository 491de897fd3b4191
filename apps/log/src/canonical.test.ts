import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { Client } from 'pg';
import { LOG_ENTRY_KINDS } from '@counterfoil/core';
import {
  canonicalJson,
  PAYLOAD_BYTES_MAX,
  parseCanonicalJson,
  parseEntry,
  writeEntry,
} from '@counterfoil/guard';
import { createTestDatabase, type TestDatabase } from '@counterfoil/store';

let database: TestDatabase;
let admin: Client;
before(async () => {
  database = await createTestDatabase();
  admin = new Client({ connectionString: database.adminUrl });
  await admin.connect();
});
after(async () => {
  await admin.end();
  await database.close();
});

const accepts = (read: () => unknown): boolean => {
  try {
    read();
    return true;
  } catch {
    return false;
  }
};
const byGuard = {
  is_canonical: (text: string) =>
    accepts(() =>
      parseCanonicalJson(text, { bytesMax: PAYLOAD_BYTES_MAX, strings: 'well_formed' }),
    ),
  is_entry: (text: string) => accepts(() => parseEntry(text)),
};
/** What the database says of texts that are JSON; PostgreSQL keeps no other in these columns. */
async function byDatabase(rule: keyof typeof byGuard, texts: readonly string[]) {
  const { rows } = await admin.query<{ text: string; holds: boolean }>(
    `select text, counterfoil.${rule}(text) as holds from unnest($1::text[]) as text`,
    [texts.filter((text) => text.isWellFormed() && accepts(() => JSON.parse(text)))],
  );
  return rows;
}

const letters = fc.string({ unit: 'binary', maxLength: 8 }).map((text) => text.toWellFormed());
const edges = fc.constantFrom(
  0,
  -0,
  1e-6,
  1e-7,
  -1.5e-9,
  123456.789,
  0.1,
  2 ** 53 - 1,
  5e-324,
  4503599627370495.5,
);
const numbers = fc.oneof(edges, fc.integer(), fc.double({ noNaN: true, min: -1e15, max: 1e15 }));
const { value: json } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    letters,
    numbers,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(letters, tie('value'), { maxKeys: 5 }),
  ),
}));
/** Texts a little off: one character replaced, doubled, left out, or put in. */
const blemished = (text: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.nat(text.length),
      fc.nat(1),
      fc.constantFrom('', ' ', '0', '.0', 'e1', '"', ',', '\\u0061', '\\/', '-', '\n', '[', ']'),
    )
    .map(([place, length, put]) => text.slice(0, place) + put + text.slice(place + length));

test('the database takes every canonical value of the guard, and none that the guard refuses', async () => {
  const values = fc.sample(json, { numRuns: 3_000, seed: 1 });
  const texts = values.flatMap((value) => (accepts(() => canonicalJson(value)) ? [value] : []));
  const canonical = texts.map((value) => canonicalJson(value));
  assert.ok(canonical.length > 1_000);
  for (const { text, holds } of await byDatabase('is_canonical', canonical)) {
    // A name with NUL is the one thing that PostgreSQL can not compare; it may be refused.
    if (!holds && text.includes('\\u0000')) continue;
    assert.equal(holds, true, text);
  }
  const off = canonical.flatMap((text, seed) => fc.sample(blemished(text), { numRuns: 6, seed }));
  let refused = 0;
  for (const { text, holds } of await byDatabase('is_canonical', off)) {
    if (holds) assert.equal(byGuard.is_canonical(text), true, text);
    else refused += 1;
  }
  assert.ok(refused > 300, `${refused} refused`);
});

test('64 levels are taken and 65 are not, by both', async () => {
  const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  for (const text of [nested(64), nested(65), nested(66), `${'['.repeat(64)}1${']'.repeat(64)}`]) {
    const [row] = await byDatabase('is_canonical', [text]);
    assert.equal(row?.holds, byGuard.is_canonical(text), text);
  }
});

test('the database takes entries as the guard writes them, and none that the guard refuses', async () => {
  const scalars = fc.oneof(letters, fc.integer(), fc.boolean(), fc.constant(null));
  const drafts = fc.record({
    kind: fc.constantFrom(...LOG_ENTRY_KINDS),
    caseId: fc.option(fc.string({ minLength: 1 })),
    facts: fc.dictionary(fc.string({ maxLength: 5 }), scalars, { maxKeys: 4 }),
    payload: fc.constant({ a: 1 }),
  });
  const at = '2026-03-01T12:00:00.000Z';
  const salt = Buffer.alloc(16, 1);
  const texts = fc
    .sample(drafts, { numRuns: 600, seed: 2 })
    .map((draft) => writeEntry(draft, at, 'cf_agent', salt).entryText);
  for (const { text, holds } of await byDatabase('is_entry', texts)) {
    assert.ok(holds || text.includes('\\u0000'), text);
  }
  const wrong = [
    ...texts.flatMap((text, seed) => fc.sample(blemished(text), { numRuns: 10, seed })),
    ...['2026-02-30T12:00:00.000Z', '2026-03-01T24:00:00Z', '2026-03-01T12:00:60Z', ''].map(
      (time) => texts[0]!.replace(at, time),
    ),
    texts[0]!.replace(/"kind":"[a-z_]+"/, '"kind":"unheard_of"'),
  ];
  for (const { text, holds } of await byDatabase('is_entry', wrong)) {
    if (holds) assert.equal(byGuard.is_entry(text), true, text);
  }
});
