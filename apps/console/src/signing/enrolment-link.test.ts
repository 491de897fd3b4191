import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeEnrolmentSeed } from './enrolment-link.ts';

function take(hash: string) {
  const urls: string[] = [];
  const seed = takeEnrolmentSeed(
    { hash, pathname: '/approvals', search: '?x=1' },
    { replaceState: (_data, _unused, url) => urls.push(String(url)) },
  );
  return { seed, urls };
}

test('the seed is taken and the address keeps nothing of it', () => {
  assert.deepEqual(take('#enrol=abc-_1'), { seed: 'abc-_1', urls: ['/approvals?x=1'] });
});

test('another fragment is left alone', () => {
  assert.deepEqual(take('#obs-1'), { seed: null, urls: [] });
  assert.deepEqual(take(''), { seed: null, urls: [] });
});
