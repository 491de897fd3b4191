import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IntegrityError, InputError, UpstreamError } from '@counterfoil/core';
import { confirm } from './ask.ts';
import { exitCodeOf } from './exit-code.ts';
import { fakeTerminal } from './fake-terminal.testing.ts';
import { startProgress } from './progress.ts';
import { errorReport } from './report-error.ts';
import { renderTable } from './table.ts';
import { coloursOf, showable, type Terminal } from './terminal.ts';
import { wrapLine } from './wrap.ts';

const onTerminal = (environment: Terminal['environment']): Terminal => {
  const { terminal } = fakeTerminal(environment);
  return { ...terminal, output: Object.assign(terminal.output, { isTTY: true }) };
};

test('colour is used on a terminal only, and never with NO_COLOR or on a dumb one', () => {
  assert.equal(coloursOf(fakeTerminal().terminal).red('x'), 'x');
  assert.notEqual(coloursOf(onTerminal({})).red('x'), 'x');
  assert.equal(coloursOf(onTerminal({ NO_COLOR: '1' })).red('x'), 'x');
  assert.equal(coloursOf(onTerminal({ TERM: 'dumb' })).red('x'), 'x');
  assert.notEqual(coloursOf(fakeTerminal({ FORCE_COLOR: '1' }).terminal).red('x'), 'x');
});

test('the exit code follows whose problem an error is', () => {
  assert.equal(exitCodeOf(new InputError('A', 'a')), 2);
  assert.equal(exitCodeOf(new UpstreamError('A', 'a')), 3);
  assert.equal(exitCodeOf(new IntegrityError('A', 'a')), 4);
  assert.equal(exitCodeOf(new TypeError('a bug')), 3);
});

test('what is no operating error is reported as a fault of the program', () => {
  const { code, message } = errorReport(new TypeError('undefined is not a function'));
  assert.equal(code, 'BUG');
  assert.match(message, /undefined is not a function/);
});

test('a table is aligned and cannot steer the terminal', () => {
  const table = renderTable(
    [{ title: 'NAME' }, { title: 'COST', align: 'right' }],
    [
      ['a\u001b[31m', '5'],
      ['long name', '1,000'],
    ],
  );
  assert.doesNotMatch(table, /\u001b/);
  const [title, , last] = table.split('\n');
  assert.equal(title?.length, last?.length);
  assert.match(last ?? '', /1,000$/);
});

test('without a terminal nobody can be asked, and the way out is named', async () => {
  await assert.rejects(confirm(fakeTerminal().terminal, 'Sure?'), {
    code: 'CONFIRMATION_MISSING',
    remedy: /--yes/,
  });
});

test('progress is on standard error, each state once', () => {
  const { terminal, output, errors } = fakeTerminal();
  const progress = startProgress(terminal, 'Reading');
  progress.say('Reading a');
  progress.say('Reading a');
  progress.warn('a is odd');
  progress.done('Read');
  assert.equal(output(), '');
  assert.equal(
    errors().replaceAll(/[\d.]+ s/g, 'N s'),
    'Reading …\nReading a … N s\na is odd\nRead (N s)\n',
  );
});

test('a terminal without a width gets plain lines, because a spinner would never end there', () => {
  const { terminal, errors } = fakeTerminal();
  const widthless = {
    ...terminal,
    errors: Object.assign(terminal.errors, { isTTY: true, columns: 0 }),
  };
  startProgress(widthless, 'Reading').done('Read');
  assert.match(errors(), /^Reading …\nRead \([\d.]+ s\)\n$/);
});

test('a long line is broken between words, a word that is longer than a line inside it, and nothing is lost', () => {
  const line = `${'word '.repeat(20)}${'x'.repeat(160)} end`;
  const lines = wrapLine(line);
  assert.ok(lines.every((one) => one.length <= 74));
  assert.equal(lines.join('').replaceAll(' ', ''), line.replaceAll(' ', ''));
  assert.equal(wrapLine('w '.repeat(37).trim()).length, 1);
  assert.deepEqual(wrapLine(''), ['']);
});

test('text of tenants can move, hide or reorder nothing on a terminal; colours of ours stay', () => {
  assert.equal(showable('\u001B[31mred\u001B[39m'), '\u001B[31mred\u001B[39m');
  assert.equal(showable('two\nlines'), 'two\nlines');
  for (const typed of [
    '\u001B[2J',
    '\u001B[8mhidden',
    'a\u202Eb',
    'a\u200Bb',
    'x\rY',
    '\u009B1A',
  ]) {
    assert.doesNotMatch(showable(typed), /[\p{Cc}\p{Cf}]/u, JSON.stringify(typed));
  }
});
