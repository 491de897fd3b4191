import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { listenForInterrupt } from './interrupt.ts';

test('a signal that arrives twice at once stops gently; again after a second it means at once', async () => {
  const source = new EventEmitter();
  let hurried = 0;
  const { signal } = listenForInterrupt(source as NodeJS.Process, () => (hurried += 1));
  assert.equal(signal.aborted, false);
  source.emit('SIGINT');
  source.emit('SIGINT');
  assert.equal(signal.aborted, true);
  assert.equal(hurried, 0);
  await sleep(1_050);
  source.emit('SIGINT');
  assert.equal(hurried, 1);
});

test('the end of the parent process stops it too, and nothing is heard after closing', () => {
  const source = new EventEmitter();
  const first = listenForInterrupt(source as NodeJS.Process, () => undefined);
  source.emit('disconnect');
  assert.equal(first.signal.aborted, true);
  const second = listenForInterrupt(source as NodeJS.Process, () => undefined);
  second.close();
  source.emit('SIGTERM');
  assert.equal(second.signal.aborted, false);
});
