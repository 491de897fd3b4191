import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededChance } from '../simulation/crash-scheduler.ts';
import { findCanaries, makeCanary } from './canaries.ts';

const canary = makeCanary('zq', createSeededChance(3));
const formIn = (text: string) => findCanaries(text, [canary])[0]?.form;

test('a canary is found as it is, in another case, apart, reversed, halved and in every encoding', () => {
  const spread = [...canary].join(' - ');
  const hex = Buffer.from(canary).toString('hex');
  for (const text of [
    canary,
    canary.toUpperCase(),
    spread,
    [...canary].join('\u200B'),
    [...canary].toReversed().join(''),
    btoa(canary),
    btoa(canary).toUpperCase(),
    hex,
    encodeURIComponent(canary).replaceAll('z', '%7a'),
    [...Buffer.from(canary)].join(' '),
    canary.slice(0, 11),
    canary.slice(-11),
  ]) {
    assert.notEqual(formIn(`text before ${text} and after`), undefined, text);
  }
});

test('another canary, a short part and plain text are not taken for one', () => {
  const other = makeCanary('zq', createSeededChance(4));
  for (const text of [other, canary.slice(0, 6), 'Two instances cost 1,200.00 USD a day.', '']) {
    assert.equal(formIn(text), undefined, text);
  }
});

test('the same chance makes the same canary, another chance another', () => {
  assert.equal(makeCanary('zq', createSeededChance(3)), canary);
  assert.notEqual(makeCanary('zq', createSeededChance(5)), canary);
});
