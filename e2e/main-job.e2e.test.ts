import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEMO_LAST_DAY, DEMO_SEED, generateOrganisation } from '@counterfoil/simulator';
import { Installation } from './harness/installation.ts';
import type { MainJob } from './harness/main-job.ts';

/** The seed and the last day of the demonstration are part of the product: the same for every user. */
const organisation = generateOrganisation({ seed: DEMO_SEED, lastDay: DEMO_LAST_DAY });

test('the demonstration explains the five planted incidents and no look-alike', async () => {
  await using installation = await Installation.create();
  const first = await installation.run(['up', '--demo', '--once', '--json']);
  assert.equal(first.exitCode, 0, first.stderr);
  const job = JSON.parse(first.stdout) as MainJob;

  assert.equal(job.cases.length, organisation.incidents.length);
  for (const incident of organisation.incidents) {
    const found = job.cases.find((it) => it.rootCause?.subAccountId === incident.subAccountId);
    assert.ok(found, `no case for ${incident.kind}`);
    const { subAccountId, serviceName, regionId, usageType, resourceId } = incident;
    const { share, ...rootCause } = found.rootCause ?? assert.fail('no root cause');
    assert.deepEqual(rootCause, { subAccountId, serviceName, regionId, usageType, resourceId });
    assert.ok(share > 0.8 && share <= 1.2, `${incident.kind} explains ${share}`);
    assert.equal(found.complete, true);
    assert.equal(found.status, 'awaiting_approval');
    assert.equal(found.impact.currency, 'USD');
    // Not exact: the expectation is an estimate, and the rerouted traffic also stops charges of the endpoint it left.
    const ratio = Number(found.impact.perDay) / Number(incident.perDay);
    assert.ok(ratio > 0.7 && ratio < 1.3, `${incident.kind}: ${found.impact.perDay} a day`);
  }

  const kinds = new Set(job.cases.map((it) => it.kind));
  assert.equal(kinds.size, 5, 'each incident has a cause of its own');
  assert.ok(!kinds.has('unexplained'));

  for (const lookAlike of organisation.lookAlikes) {
    assert.ok(!job.cases.some((it) => it.rootCause?.subAccountId === lookAlike.subAccountId));
    const dismissed = job.dismissed.find(
      (it) =>
        it.element.subAccountId === lookAlike.subAccountId && it.reason === lookAlike.dismissal,
    );
    assert.ok(dismissed, `${lookAlike.kind} is not among the dismissed`);
  }

  const proposals = job.cases.flatMap((it) => it.proposals);
  assert.ok(proposals.every((it) => it.decision === 'require_approval'));
  assert.ok(proposals.every((it) => it.status === 'awaiting_approval'));
  for (const it of job.cases) {
    const proposed = it.proposals.map((proposal) => proposal.kind);
    assert.ok(proposed.includes('slack.post_message') && proposed.includes('jira.create_issue'));
  }
  const stops = proposals.filter((it) => it.kind === 'aws.ec2.stop_instances');
  assert.equal(stops.length, 1, 'only the forgotten GPU instances are to be stopped');
  assert.ok(job.ingest.every((it) => it.reconciled === true));
  assert.ok(job.log.size > 40 && typeof job.log.rootHash === 'string');

  const again = await installation.read<MainJob>(['up', '--demo', '--once']);
  assert.deepEqual(
    again.cases.map((it) => [it.id, it.proposals]),
    job.cases.map((it) => [it.id, it.proposals]),
    'a second run finds the same cases and opens none twice',
  );
});
