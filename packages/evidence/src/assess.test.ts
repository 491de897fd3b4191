import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PackEffect } from '@counterfoil/guard';
import { verifyInclusion } from '@counterfoil/guard';
import { assessFramework, type EvidenceDocument } from './assess.ts';
import type { ClaimStatus } from './claims/claim.ts';
import { CLAIMS } from './claims/registry.ts';
import { packOf, type TestEntry } from './pack.testing.ts';

const framework = {
  id: 'all',
  title: 'All',
  source: 's',
  note: 'n',
  controls: CLAIMS.map(({ claimId }) => ({
    id: claimId,
    title: claimId,
    claims: [claimId],
    beyond: 'b',
  })),
};
const march = { from: '2026-03-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' };
const digest = `sha256:${'1'.repeat(64)}` as const;

async function assess(
  entries: readonly TestEntry[],
  effects?: readonly Partial<PackEffect>[],
): Promise<EvidenceDocument> {
  const { record, report } = await packOf(entries);
  const whole = effects?.map((effect) => ({
    digest,
    caseId: 'case_1',
    kind: 'aws.ec2.stop_instances',
    decision: 'require_approval',
    approvedBy: ['ana'],
    intendedAtIndex: 0,
    performedAtIndex: 1,
    status: 'performed',
    ...effect,
  })) as readonly PackEffect[] | undefined;
  const judged = whole === undefined ? report : { ...report, effects: whole };
  return assessFramework(framework, march, { record, report: judged });
}

async function statusOf(
  claimId: string,
  entries: readonly TestEntry[],
  effects?: readonly Partial<PackEffect>[],
): Promise<ClaimStatus | undefined> {
  const document = await assess(entries, effects);
  return document.claims.find((claim) => claim.claimId === claimId)?.status;
}

const kill = { kind: 'kill_engaged', facts: { killId: 'k', reason: 'x' } } as const;
const intent = { kind: 'tool_called', facts: { tool: 't', status: 'answered' } } as const;

describe('the claims on a record', () => {
  it('say that nothing happened where nothing did', async () => {
    const document = await assess([{ ...kill, at: '2026-02-28T23:59:59.999Z' }]);
    const statuses = new Map(document.claims.map(({ claimId, status }) => [claimId, status]));
    for (const { claimId } of CLAIMS) {
      const isAlways = ['record_untampered', 'record_retained'].includes(claimId);
      assert.equal(statuses.get(claimId), isAlways ? 'shown' : 'nothing_happened', claimId);
    }
    assert.equal(document.entriesInPeriod, 0);
  });

  it('take the first instant of a period and not the one after its end', async () => {
    const at = async (time: string) => (await assess([{ ...kill, at: time }])).entriesInPeriod;
    assert.equal(await at('2026-03-01T00:00:00.000Z'), 1);
    assert.equal(await at('2026-03-31T23:59:59.999Z'), 1);
    assert.equal(await at('2026-04-01T00:00:00.000Z'), 0);
  });

  it('show effects that were authorised, and are contradicted by one that was not', async () => {
    const entries = [intent, intent];
    assert.equal(await statusOf('effects_authorised', entries, [{}]), 'shown');
    assert.equal(
      await statusOf('effects_authorised', entries, [{}, { status: 'unauthorised' }]),
      'contradicted',
    );
    assert.equal(
      await statusOf('effects_authorised', entries, [{ status: 'unprovable' }]),
      'unprovable',
    );
    const before = entries.map((entry) => ({ ...entry, at: '2026-02-01T00:00:00.000Z' }));
    assert.equal(await statusOf('effects_authorised', before, [{}]), 'nothing_happened');
  });

  it('count people once, and see a person who counted twice', async () => {
    const entries = [intent, intent];
    assert.equal(await statusOf('duties_separated', entries, [{}]), 'shown');
    assert.equal(
      await statusOf('duties_separated', entries, [{ approvedBy: ['ana', 'ana'] }]),
      'contradicted',
    );
    assert.equal(
      await statusOf('duties_separated', entries, [{ decision: 'allow', approvedBy: [] }]),
      'nothing_happened',
    );
  });

  it('show that a refusal held, and are contradicted where it was carried out', async () => {
    const denied = { kind: 'policy_decided', facts: { digest, decision: 'deny' } } as const;
    const allowed = { kind: 'policy_decided', facts: { digest, decision: 'allow' } } as const;
    const performed = { kind: 'effect_performed', facts: { digest } } as const;
    assert.equal(await statusOf('refusals_held', [denied]), 'shown');
    assert.equal(await statusOf('refusals_held', [allowed]), 'nothing_happened');
    assert.equal(await statusOf('refusals_held', [denied, performed]), 'contradicted');
  });

  it('are contradicted by an entry of a role that may not write it', async () => {
    const performed = { kind: 'effect_performed', facts: { digest } } as const;
    const by = (actor: string) => statusOf('processes_separated', [{ ...performed, actor }]);
    assert.equal(await by('cf_executor'), 'shown');
    assert.equal(await by('cf_agent'), 'contradicted');
  });

  it('see effects whose outcome nobody looked at', async () => {
    const performed = { kind: 'effect_performed', facts: { digest } } as const;
    const verified = { kind: 'effect_verified', facts: { digest, status: 'confirmed' } } as const;
    assert.equal(await statusOf('effects_verified', [performed]), 'unprovable');
    assert.equal(await statusOf('effects_verified', [performed, verified]), 'shown');
  });

  it('see what was erased, and that a review cannot be read any more', async () => {
    const review = {
      kind: 'review_submitted',
      actor: 'cf_server',
      payload: {
        statement: { personId: 'ana' },
        type: 'passkey',
        signature: 'x',
      },
    } as const;
    assert.equal(await statusOf('approvals_signed', [review]), 'shown');
    assert.equal(await statusOf('approvals_signed', [{ ...review, erased: true }]), 'unprovable');
    assert.equal(await statusOf('erasures_visible', [{ ...review, erased: true }]), 'shown');
    const { signature: _, ...unsigned } = review.payload;
    assert.equal(
      await statusOf('approvals_signed', [{ ...review, payload: unsigned }]),
      'contradicted',
    );
  });

  it('trace data, reads and kills', async () => {
    const opened = (facts: TestEntry['facts']) => ({ kind: 'case_opened', facts }) as TestEntry;
    assert.equal(await statusOf('data_traceable', [opened({ dataVersion: 'v-1' })]), 'shown');
    assert.equal(await statusOf('data_traceable', [opened({})]), 'contradicted');
    assert.equal(await statusOf('reads_recorded', [intent]), 'shown');
    assert.equal(await statusOf('kill_switch_held', [kill]), 'shown');
  });
});

describe('a document of evidence', () => {
  it('proves that each entry that it points to stands under the signed root', async () => {
    for (const size of [1, 2, 3, 7, 8, 13]) {
      const entries = Array.from({ length: size }, () => intent);
      const document = await assess(entries);
      assert.ok(document.proofs.length >= Math.min(size, 2));
      for (const { index, leafHash, path } of document.proofs) {
        const claim = {
          leaf: Buffer.from(leafHash, 'hex'),
          index,
          size,
          proof: path.map((hash) => Buffer.from(hash, 'hex')),
          rootHash: Buffer.from(document.rootHash, 'hex'),
        };
        assert.ok(verifyInclusion(claim), `${index} of ${size}`);
        assert.equal(verifyInclusion({ ...claim, leaf: Buffer.alloc(32) }), false);
      }
    }
  });

  it('gives a control the status of its weakest claim', async () => {
    const { record, report } = await packOf([kill, { ...intent, actor: 'cf_lake' }]);
    const controls = [
      {
        id: 'a',
        title: 't',
        claims: ['kill_switch_held', 'processes_separated', 'erasures_visible'],
        beyond: 'b',
      },
      { id: 'b', title: 't', claims: ['kill_switch_held', 'erasures_visible'], beyond: 'b' },
      { id: 'c', title: 't', claims: ['erasures_visible'], beyond: 'b' },
    ];
    const document = assessFramework({ ...framework, controls }, march, { record, report });
    assert.deepEqual(
      document.controls.map(({ status }) => status),
      ['contradicted', 'shown', 'nothing_happened'],
    );
  });

  it('is not made of a pack that is not the verified one, nor for a period that is none', async () => {
    const { record } = await packOf([kill]);
    const { report } = await packOf([kill, kill]);
    assert.throws(() => assessFramework(framework, march, { record, report }), {
      code: 'PACK_CHANGED',
    });
    const whole = await packOf([kill]);
    const empty = { from: march.from, to: march.from };
    assert.throws(() => assessFramework(framework, empty, whole), { code: 'PERIOD_EMPTY' });
  });
});
