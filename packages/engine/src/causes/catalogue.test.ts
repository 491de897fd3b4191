import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDataFiles } from '../testing/test-data.ts';
import { loadCatalogue } from './catalogue.ts';
import { parseCause } from './cause.ts';
import { best, judge } from './judge.ts';

const files = { causes: readDataFiles('causes'), playbooks: readDataFiles('playbooks') };
const catalogue = loadCatalogue(files);

const change = (from: RegExp, to: string) => ({
  ...files,
  playbooks: files.playbooks.map(({ name, text }) => ({ name, text: text.replace(from, to) })),
});

for (const cause of catalogue.causes) {
  for (const { name, facts, expect } of cause.cases) {
    test(`cause ${cause.id}: ${name}`, () => {
      assert.equal(judge(cause, facts, []).verdict, expect);
    });
  }
}

for (const playbook of catalogue.playbooks) {
  for (const { name, facts, expect } of playbook.cases) {
    test(`playbook ${playbook.id}: ${name}`, () => {
      const causes = catalogue.causesOf(playbook);
      const verdicts = causes.map((cause) => judge(cause, facts, []));
      const cause = best(causes, verdicts);
      assert.equal(cause?.id, expect.causeId);
      assert.deepEqual(cause.actions, expect.actions);
    });
  }
}

test('every cause of the folder is considered by a playbook', () => {
  const considered = new Set(catalogue.playbooks.flatMap((playbook) => playbook.causes));
  for (const { id } of catalogue.causes) assert.ok(considered.has(id), id);
});

test('every condition of every cause is noticed by one of its cases', () => {
  for (const cause of catalogue.causes) {
    for (const part of ['signature', 'refute'] as const) {
      for (const condition of cause[part]) {
        const weaker = { ...cause, [part]: cause[part].filter((one) => one !== condition) };
        const isNoticed = cause.cases.some(
          ({ facts, expect }) => judge(weaker, facts, []).verdict !== expect,
        );
        assert.ok(isNoticed, `${cause.id}: no case needs the ${part} on ${condition.fact}`);
      }
    }
  }
});

test('a name that nobody registered, or that no file defines, is refused', () => {
  assert.throws(
    () => loadCatalogue(change(/lake\.credits/, 'lake.debits')),
    /no tool is called lake\.debits/,
  );
  const causes = files.causes.filter((file) => !file.name.includes('new_resource'));
  assert.throws(() => loadCatalogue({ ...files, causes }), /no cause is called new_resource/);
  assert.throws(
    () => loadCatalogue({ ...files, causes: [...files.causes, files.causes[0]!] }),
    /two files define the cause/,
  );
});

test('a playbook that offers too little, or has no fallback, is refused', () => {
  assert.throws(
    () => loadCatalogue(change(/ {2}- kind: jira[^\n]*\n[^\n]*\n/, '')),
    /calls for jira\.create_issue/,
  );
  assert.throws(
    () => loadCatalogue(change(/ {2}- unexplained\n/, '')),
    /must list the cause unexplained/,
  );
});

test('an unknown key, an unknown fact and a bad pattern are errors with file and line', () => {
  const [file] = files.causes;
  assert.ok(file);
  const withLine = (line: string) => () =>
    parseCause({ ...file, text: `${file.text.trimEnd()}\n${line}\n` });
  const lines = file.text.trimEnd().split('\n').length;
  assert.throws(withLine('confirmed: []'), new RegExp(`commitment_expired.yaml:\\d+: .*confirmed`));
  assert.throws(withLine('id: twice'), new RegExp(`commitment_expired.yaml:${lines + 1}: `));
  const replaced = (from: string, to: string) => () =>
    parseCause({ ...file, text: file.text.replace(from, to) });
  assert.throws(
    replaced('fact: price.ratio', 'fact: price.ration'),
    /commitment_expired\.yaml:\d+: signature\.0\.fact: is not in the fact catalogue/,
  );
  assert.throws(replaced('min: 1.1', "matches: '('"), /is not a regular expression/);
  assert.throws(replaced(', min: 1.1', ''), /needs at least one of/);
  assert.throws(
    replaced('{price.ratio|number}', '{price.raise}'),
    /a slot that is not in the fact/,
  );
});
