import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { CLAIMS } from './claims/registry.ts';
import { parseFramework } from './framework.ts';

const folder = new URL('../../../frameworks/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const read = (name: string) => parseFramework(name, readFileSync(new URL(name, folder), 'utf8'));

describe('the frameworks', () => {
  it('are each in a file of their own name, and well formed', () => {
    assert.deepEqual(files.toSorted(), [
      'cmn-4893.yaml',
      'lgpd.yaml',
      'pci-dss-4.0.1.yaml',
      'soc2.yaml',
    ]);
    for (const name of files) assert.equal(`${read(name).id}.yaml`, name);
  });

  it('use every claim', () => {
    const used = new Set(
      files.flatMap((name) => read(name).controls.flatMap(({ claims }) => claims)),
    );
    for (const { claimId } of CLAIMS) assert.ok(used.has(claimId), claimId);
  });

  it('are refused with the field at fault', () => {
    const base = 'id: x\ntitle: X\nsource: s\nnote: n\ncontrols:\n';
    const control = '  - { id: a, title: t, claims: [record_untampered], beyond: b }\n';
    assert.equal(parseFramework('x.yaml', base + control).controls.length, 1);
    for (const [text, message] of [
      [base + control.replace('record_untampered', 'no_such'), /controls\.0\.claims\.0/],
      [base + control + control, /a stands twice/],
      [`${base}  []`, /controls/],
      [base + control.replace('beyond: b', 'beyond: ""'), /controls\.0\.beyond/],
      ['id: [', /x\.yaml/],
    ] as const) {
      assert.throws(() => parseFramework('x.yaml', text), {
        code: 'FRAMEWORK_MALFORMED',
        message,
      });
    }
  });
});
