import type { ActionBinding, SignedReview } from '@counterfoil/core';
import {
  bindAction,
  checkEnrolment,
  checkKillLift,
  generatePersonKeys,
  privateKeyOfSeed,
  publicKeySpkiOf,
  seedOf,
  signEnrolment,
  signKillLift,
} from '@counterfoil/guard';
import {
  at,
  BUNDLE_SHA256,
  requestFor,
  reviewBy,
  reviewByPasskey,
  START_MS,
  testBinding,
} from '../../../packages/guard/src/testing/world.ts';
import { mutateJson, mutateText } from './mutate.ts';
import {
  ACTION,
  DECISION,
  digestOf,
  HONEST,
  isGranted,
  OTHER_ACTION,
  PEOPLE,
  REGISTRY,
  REQUEST,
} from './token-world.ts';

/** Makes one forgery and says whether it was accepted. */
export type Forgery = (chance: () => number) => boolean;

const [ANA, BEN] = HONEST;
const pick = <Item>(items: readonly [Item, ...Item[]], chance: () => number): Item =>
  items[Math.floor(chance() * items.length)] ?? items[0];
const withOne = (review: unknown, other: SignedReview): boolean =>
  isGranted({ reviews: [review, other] });

const LIFT = signKillLift(
  {
    v: 1,
    killId: 'kill_1',
    personId: 'cleo',
    keyId: PEOPLE.cleo.keyId,
    liftedAt: at(5),
    comment: 'over',
  },
  PEOPLE.cleo.privateKey,
);
const STRANGER = strangerKey();
const ENROLMENT_STATEMENT = {
  v: 1,
  enrolmentKeyId: PEOPLE.link.keyId,
  personId: 'eva',
  key: { keyId: STRANGER.keyId, type: 'ed25519', publicKeySpki: STRANGER.publicKeySpki },
  enrolledAt: at(10),
  nonce: 'nonce_e',
} as const;
const ENROLMENT = signEnrolment(ENROLMENT_STATEMENT, PEOPLE.link.privateKey);

function strangerKey() {
  const keys = generatePersonKeys();
  return { keyId: keys.keyId, publicKeySpki: keys.publicKeySpki };
}

/** A text of the binding with a key twice; who reads only the first or only the last sees another action. */
function doubled(chance: () => number): string {
  const entries = Object.entries(ACTION.binding);
  const [name = 'v', value] = entries[Math.floor(chance() * entries.length)] ?? [];
  const other = typeof value === 'string' ? mutateText(value, chance) : value;
  const member = `${JSON.stringify(name)}:${JSON.stringify(other)}`;
  const isFirst = chance() < 0.5;
  return isFirst
    ? `{${member},${ACTION.bindingText.slice(1)}`
    : `${ACTION.bindingText.slice(0, -1)},${member}}`;
}

/** What is signed by somebody real, over something wider than what was asked. */
function widened(chance: () => number): boolean {
  const wider = bindAction(
    testBinding({
      ...pick<Partial<ActionBinding>>(
        [
          { parameters: { instanceArns: ['a', 'b'] } },
          { expiresAt: at(7200) },
          { account: '444455556666' },
          { environment: 'test' },
          { kind: 'aws.ec2.terminate_instances' },
          { proposer: 'agent:other' },
        ],
        chance,
      ),
    }),
  );
  // The old approvals, the old request, the wider action; or the wider text under the old digest.
  const isSwapped = chance() < 0.5;
  return isGranted({
    reviews: HONEST,
    change: {
      bindingText: wider.bindingText,
      digest: isSwapped ? ACTION.digest : wider.digest,
      request: chance() < 0.5 ? REQUEST : requestFor(wider, DECISION),
    },
  });
}

/** Each class of forgery that the promise names. */
export const FORGERIES: Readonly<Record<string, Forgery>> = {
  mutated_review: (chance) => withOne(mutateJson(ANA, chance), BEN),
  mutated_passkey: (chance) => withOne(mutateJson(BEN, chance), ANA),
  mutated_signature: (chance) =>
    withOne({ ...ANA, signature: mutateText(ANA.signature, chance) }, BEN),
  mutated_binding: (chance) =>
    isGranted({
      reviews: HONEST,
      change: { bindingText: mutateText(ACTION.bindingText, chance) },
    }),
  duplicate_key_binding: (chance) => {
    const bindingText = doubled(chance);
    // Worst case: people have signed the digest of exactly this text.
    const digest = digestOf(bindingText);
    const reviews = [reviewBy(PEOPLE.ana, { digest }), reviewByPasskey(PEOPLE, { digest })];
    return isGranted({ reviews, change: { bindingText, digest, request: { ...REQUEST, digest } } });
  },
  replayed_review: (chance) =>
    withOne(
      pick(
        [
          reviewBy(PEOPLE.ana, OTHER_ACTION),
          { ...reviewBy(PEOPLE.ana, OTHER_ACTION), statement: ANA.statement },
          { ...LIFT, statement: ANA.statement },
          BEN,
        ],
        chance,
      ),
      BEN,
    ),
  one_person_twice: (chance) =>
    withOne(
      pick(
        [reviewBy(PEOPLE.anaToo, ACTION), reviewBy(PEOPLE.ana, ACTION, { comment: '2' })],
        chance,
      ),
      ANA,
    ),
  self_approved: (chance) =>
    withOne(
      pick(
        [
          reviewBy(PEOPLE.dora, ACTION),
          reviewBy({ ...PEOPLE.dora, personId: 'ana' }, ACTION),
          reviewBy({ ...PEOPLE.dora, keyId: PEOPLE.ana.keyId, personId: 'ana' }, ACTION),
        ],
        chance,
      ),
      BEN,
    ),
  role_missing: (chance) =>
    withOne(
      pick(
        [
          reviewBy(PEOPLE.cleo, ACTION),
          reviewBy({ ...PEOPLE.cleo, personId: 'ana' }, ACTION),
          reviewBy({ ...PEOPLE.cleo, keyId: PEOPLE.ana.keyId, personId: 'ana' }, ACTION),
        ],
        chance,
      ),
      BEN,
    ),
  expired: (chance) => {
    const lateMs = START_MS + 1800_000 + Math.floor(chance() * 1e9);
    return pick(
      [
        () => isGranted({ reviews: HONEST, recordedAtMs: lateMs, change: { nowMs: lateMs + 1 } }),
        () => isGranted({ reviews: HONEST, change: { nowMs: START_MS + 3600_000 + lateMs } }),
        () => isGranted({ reviews: HONEST, recordedAtMs: lateMs }),
      ],
      chance,
    )();
  },
  widened,
  denied: (chance) => {
    const denial = reviewBy(PEOPLE.anaToo, ACTION, { verdict: 'deny', comment: 'no' });
    return isGranted({ reviews: chance() < 0.5 ? [denial, ...HONEST] : [denial, BEN] });
  },
  killed: () => {
    const kill = { killId: 'k', by: 'x', reason: 'stop', at: at(0) };
    return isGranted({
      reviews: HONEST,
      change: { killState: { status: 'engaged', kills: [kill] } },
    });
  },
  other_policies: (chance) =>
    isGranted({
      reviews: HONEST,
      change: { policyBundleSha256: mutateText(BUNDLE_SHA256, chance) },
    }),
  unlogged: (chance) =>
    isGranted({ reviews: HONEST, change: { reviewLeaves: [] } }) && chance() >= 0,
  lowered_request: (chance) =>
    isGranted({
      reviews: [ANA],
      change: {
        request: pick(
          [
            { ...REQUEST, requirement: { ...REQUEST.requirement, quorum: 1 } },
            { ...REQUEST, excluded: [], deadlineAt: at(9_000_000) },
            null,
            { ...REQUEST, actionId: 'act_2' },
            { ...REQUEST, caseId: 'case_2' },
          ],
          chance,
        ),
      },
    }),
  mutated_kill_lift: (chance) =>
    checkKillLift(mutateJson(LIFT, chance), 'kill_1', REGISTRY).type === 'valid',
  moved_kill_lift: (chance) =>
    checkKillLift(LIFT, mutateText('kill_1', chance), REGISTRY).type === 'valid',
  mutated_enrolment: (chance) =>
    checkEnrolment(mutateJson(ENROLMENT, chance), PEOPLE.trust).type === 'valid',
  late_enrolment: (chance) =>
    checkEnrolment(ENROLMENT, PEOPLE.trust, Date.parse(at(600)) + Math.floor(chance() * 1e9))
      .type === 'valid',
};

/** What must be accepted, or the refusals above would prove nothing. */
export function honestIsAccepted(): boolean {
  const seed = seedOf(PEOPLE.link.privateKey);
  return (
    isGranted({ reviews: HONEST }) &&
    checkKillLift(LIFT, 'kill_1', REGISTRY).type === 'valid' &&
    checkEnrolment(ENROLMENT, PEOPLE.trust).type === 'valid' &&
    publicKeySpkiOf(privateKeyOfSeed(seed)) === publicKeySpkiOf(PEOPLE.link.privateKey)
  );
}
