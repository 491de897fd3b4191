import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elementParts, formatPercent, formatShare, humanise } from './names.ts';

test('identifiers read as words, with acronyms as people write them', () => {
  assert.equal(humanise('nat_gateway_reroute'), 'NAT gateway reroute');
  assert.equal(humanise('not_confirmed'), 'Not confirmed');
  assert.equal(humanise('s3-idle'), 'S3 idle');
});

test('a change from nothing has no percentage', () => {
  assert.equal(formatPercent(null), 'from nothing');
  assert.equal(formatPercent(1576.84), '+1,576.8 %');
  assert.equal(formatPercent(-12), '-12 %');
  assert.equal(formatPercent(0), '0 %');
});

test('a share keeps one decimal', () => {
  assert.equal(formatShare(0.987), '98.7 %');
  assert.equal(formatShare(1), '100 %');
});

test('an element lists account to resource, then tags', () => {
  const parts = elementParts({ 'tag:team': 'data', resourceId: 'r', subAccountId: '1' });
  assert.deepEqual(
    parts.map(({ label }) => label),
    ['Account', 'Resource', 'Tag team'],
  );
});
