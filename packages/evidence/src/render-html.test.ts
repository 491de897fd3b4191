import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assessFramework } from './assess.ts';
import { packOf } from './pack.testing.ts';
import { renderEvidenceHtml } from './render-html.ts';

describe('the page of evidence', () => {
  it('shows every control and claim, and obeys nothing that stands in the record', async () => {
    const evil = '<script>alert(1)</script>\u202e"\'';
    const pack = await packOf([
      { kind: 'tool_called', facts: { tool: evil, status: 'answered' } },
      { kind: 'kill_engaged', facts: { killId: 'k', reason: evil } },
    ]);
    const controls = [
      { id: '1 & 2', title: evil, claims: ['reads_recorded', 'kill_switch_held'], beyond: 'b' },
    ];
    const framework = { id: 'x', title: evil, source: 's', note: 'n', controls };
    const period = { from: '2026-03-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' };
    const page = renderEvidenceHtml(assessFramework(framework, period, pack));
    assert.ok(!page.includes('<script'));
    assert.ok(!page.includes('\u202e'));
    assert.match(page, /1 &amp; 2/);
    assert.match(page, /id="reads_recorded"/);
    assert.match(page, /tool:&lt;script&gt;/);
    assert.match(page, /Engaged 1 time, lifted 0 times/);
    assert.match(page, /The record verifies/);
  });
});
