import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildProgram } from '../program.ts';
import { fakeTerminal } from './fake-terminal.testing.ts';
import { withoutHelpOnUnknown } from './unknown-command.ts';

function passed(line: string): string {
  const { terminal } = fakeTerminal();
  const program = buildProgram({ terminal, workingDirectory: '.', finish: () => undefined });
  return withoutHelpOnUnknown(program, line.split(' ')).join(' ');
}

test('help of a command that there is none of is not help of the program', () => {
  assert.equal(passed('nonword --help'), 'nonword');
  assert.equal(passed('help nonword'), 'nonword');
  assert.equal(passed('costs nonword -h'), 'costs nonword');
  assert.equal(passed('help costs nonword'), 'costs nonword');
});

test('everything else is passed on as it is', () => {
  for (const line of [
    '--help',
    'help',
    'help costs',
    'costs --help',
    'costs query --by help --help',
    'feedback case_1 --help',
    'ingest help --help',
    'verify pack --help',
  ]) {
    assert.equal(passed(line), line);
  }
});
