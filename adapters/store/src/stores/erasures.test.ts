import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sampleReview } from '../testing/samples.ts';
import { openScenario, type Scenario } from '../testing/scenario.ts';

describe('erasure', () => {
  let scenario: Scenario;
  before(async () => {
    scenario = await openScenario();
  });
  after(() => scenario.close());

  it('takes payload, salt and row of a review, when its case is over, and says so in the log', async () => {
    const { cf_server: server, cf_operator: operator, cf_log: log, cf_agent: agent } = scenario.as;
    const [digest] = await scenario.propose('case-erased', ['a']);
    assert.ok(digest);
    const { leafId } = await server.reviews.submit(sampleReview(digest));
    await log.log.assign(100, () => true);
    const all = { fromIndex: 0, limit: 100, order: 'ascending' } as const;
    const entryOf = async (id: string) =>
      (await operator.log.entries(all)).find((each) => each.leafId === id);
    const review = await entryOf(leafId);
    assert.ok(review?.index != null && review.payloadText?.includes('ada'));
    const { index } = review;
    await assert.rejects(operator.log.erase(index, 'asked by ada'), { code: 'ERASURE_REFUSED' });
    await agent.cases.commit({
      caseId: 'case-erased',
      versionExpected: 2,
      events: [{ type: 'case_closed', reason: 'over' }],
      jobs: [],
    });
    await assert.rejects(server.log.erase(index, 'not mine to do'));
    assert.ok((await entryOf(leafId))?.payloadText);
    assert.deepEqual(await operator.log.erase(index, 'asked by ada'), {
      leafId,
      kind: 'review_submitted',
    });
    const erased = await entryOf(leafId);
    assert.deepEqual([erased?.payloadText, erased?.salt], [null, null]);
    assert.equal(erased?.entryText, review.entryText);
    assert.deepEqual(await server.reviews.read(digest), []);
    const [said] = await log.log.assign(100, () => true).then((more) => more.slice(-1));
    const { kind, facts } = JSON.parse(said?.entryText ?? '{}');
    assert.deepEqual([kind, facts.index, facts.reason], ['payload_erased', index, 'asked by ada']);
    await assert.rejects(operator.log.erase(index, 'again'), { code: 'ERASURE_REFUSED' });
    await assert.rejects(operator.log.erase(9_999, 'x'), { code: 'ENTRY_UNKNOWN' });
    await assert.rejects(operator.log.erase(0, 'x'), { code: 'ERASURE_REFUSED' });
  });
});
