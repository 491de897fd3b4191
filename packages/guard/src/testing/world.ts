import { createPrivateKey, type KeyObject } from 'node:crypto';
import {
  entryOfEvent,
  type Action,
  type ActionBinding,
  type ApprovalRequest,
  type CaseEvent,
  type Grant,
  type LogEntryDraft,
  type PolicyDecision,
  type ReviewStatement,
  type SignedReview,
} from '@counterfoil/core';
import { bindAction } from '../binding/bind.ts';
import { signCheckpoint } from '../log/checkpoint.ts';
import { writeEntry, type WrittenEntry } from '../log/entry.ts';
import { cosignNote, splitNote } from '../log/note.ts';
import { leafHash, rootOver, splitPoint } from '../log/merkle.ts';
import type { ProofSource } from '../log/prove-entry.ts';
import type { PackLeaf } from '../pack/pack-file.ts';
import { canonicalJson } from '../canonical/canonical-json.ts';
import { reviewMessage, signReview } from '../review/review.ts';
import { generatePersonKeys, generateVerifierKeys } from '../trust/keys.ts';
import type { Trust } from '../trust/trust.ts';
import { passkeyDevice } from './passkey-device.ts';

/** When the tests' world begins; every entry comes one second later. */
export const START_MS = Date.parse('2026-03-02T09:00:00.000Z');
export const BUNDLE_SHA256 = 'b'.repeat(64);

/** The time so many seconds after the beginning. */
export function at(seconds: number): string {
  return new Date(START_MS + seconds * 1000).toISOString();
}

/** A person's key for tests. */
export interface TestKey {
  readonly keyId: string;
  readonly personId: string;
  readonly privateKey: KeyObject;
}

/** People, keys and a trust file: ana (two Ed25519 keys), ben (a passkey), cleo (Ed25519, may lift kills), dora (requester). */
export function testTrust() {
  const person = (personId: string) => {
    const keys = generatePersonKeys();
    const privateKey = createPrivateKey(keys.privateKeyPem);
    const key = {
      keyId: keys.keyId,
      type: 'ed25519',
      publicKeySpki: keys.publicKeySpki,
    } as const;
    return { key, secret: { keyId: keys.keyId, personId, privateKey } satisfies TestKey };
  };
  const [ana, anaToo, cleo, dora] = [person('ana'), person('ana'), person('cleo'), person('dora')];
  const ben = passkeyDevice();
  const link = generatePersonKeys();
  const log = generateVerifierKeys('log.test/acme', 'log');
  const witness = generateVerifierKeys('witness.test/acme', 'witness');
  const trust: Trust = {
    v: 1,
    tenant: 'acme',
    origin: 'log.test/acme',
    logVerifierKey: log.verifierKey,
    witnessVerifierKey: witness.verifierKey,
    policyBundleSha256: BUNDLE_SHA256,
    approvers: [
      {
        personId: 'ana',
        displayName: 'Ana',
        roles: ['finops', 'policy-approver'],
        keys: [ana.key, anaToo.key],
      },
      { personId: 'ben', displayName: 'Ben', roles: ['finops'], keys: [ben.key] },
      {
        personId: 'cleo',
        displayName: 'Cleo',
        roles: ['kill-lifter', 'policy-approver'],
        keys: [cleo.key],
      },
      { personId: 'dora', displayName: 'Dora', roles: ['finops'], keys: [dora.key] },
      { personId: 'eva', displayName: 'Eva', roles: ['finops'], keys: [] },
    ],
    enrolmentKeys: [
      {
        keyId: link.keyId,
        publicKeySpki: link.publicKeySpki,
        personId: 'eva',
        displayName: 'Eva',
        roles: ['finops'],
        expiresAt: at(600),
      },
    ],
  };
  return {
    trust,
    ana: ana.secret,
    anaToo: anaToo.secret,
    cleo: cleo.secret,
    dora: dora.secret,
    ben,
    link: { keyId: link.keyId, privateKey: createPrivateKey(link.privateKeyPem) },
    logKey: createPrivateKey(log.privateKeyPem),
    witnessKey: createPrivateKey(witness.privateKeyPem),
  };
}

/** People and keys as {@link testTrust} makes them. */
export type TestTrust = ReturnType<typeof testTrust>;

/** A binding that stops one instance, changed as the test needs it. */
export function testBinding(change: Partial<ActionBinding> = {}): ActionBinding {
  const arn = 'arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc';
  const trusted = {
    integrity: 2,
    confidentiality: 1,
    scopes: ['111122223333'],
    sources: [],
  } as const;
  return {
    v: 1,
    actionId: 'act_1',
    caseId: 'case_1',
    tenant: 'acme',
    account: '111122223333',
    region: 'eu-west-1',
    kind: 'aws.ec2.stop_instances',
    parametersSchemaSha256: 'a'.repeat(64),
    parameters: { instanceArns: [arn] },
    parameterLabels: { instanceArns: trusted },
    preconditions: [{ target: arn, stateSha256: 'c'.repeat(64), state: { state: 'running' } }],
    preview: 'Stops 1 instance.',
    blastRadius: { targets: [arn], accounts: ['111122223333'], note: 'A training job stops.' },
    undo: { reversibility: 'reversible', steps: ['Start the instance again.'] },
    estimatedEffect: { perDay: { amount: '-412.50', currency: 'USD' } },
    environment: 'sandbox',
    release: 'agent-1',
    policyBundleSha256: BUNDLE_SHA256,
    changeId: null,
    proposer: 'agent',
    onBehalfOf: 'dora',
    proposedAt: at(0),
    expiresAt: at(3600),
    nonce: 'nonce_1',
    ...change,
  };
}

/** The decision that two people of `finops` must approve, or as changed. */
export function asksFor(
  change: Partial<ApprovalRequest['requirement']> = {},
): PolicyDecision & { readonly type: 'require_approval' } {
  return {
    type: 'require_approval',
    decisionId: 'dec_1',
    policyIds: ['cloud-change'],
    policyBundleSha256: BUNDLE_SHA256,
    requirement: { roles: ['finops'], quorum: 1, assurance: 'key', ...change },
  };
}

/** The request that follows from a decision. */
export function requestFor(
  action: Action,
  decision: ReturnType<typeof asksFor>,
  change: Partial<ApprovalRequest> = {},
): ApprovalRequest {
  const { caseId, actionId, proposer, onBehalfOf } = action.binding;
  return {
    digest: action.digest,
    caseId,
    actionId,
    requirement: decision.requirement,
    excluded: [proposer, onBehalfOf],
    requestedAt: at(3),
    deadlineAt: at(1800),
    ...change,
  };
}

/** What a reviewer states over an action. */
export function statementOf(
  action: Pick<Action, 'digest'>,
  key: { readonly keyId: string; readonly personId: string },
  change: Partial<ReviewStatement> = {},
): ReviewStatement {
  return {
    v: 1,
    digest: action.digest,
    verdict: 'approve',
    personId: key.personId,
    keyId: key.keyId,
    reviewedAt: at(4),
    comment: 'read and agreed',
    ...change,
  };
}

/** A review with an Ed25519 key. */
export function reviewBy(
  key: TestKey,
  action: Pick<Action, 'digest'>,
  change: Partial<ReviewStatement> = {},
): SignedReview {
  return signReview(statementOf(action, key, change), key.privateKey);
}

/** A review with ben's passkey. */
export function reviewByPasskey(people: TestTrust, action: Pick<Action, 'digest'>): SignedReview {
  const statement = statementOf(action, { keyId: people.ben.key.keyId, personId: 'ben' });
  return { statement, ...people.ben.assert(reviewMessage(statement)) };
}

/** A log in memory: entries one second apart, a witnessed checkpoint and proofs on demand, by the letter of RFC 6962. */
export class MemoryLog implements ProofSource {
  readonly entries: (WrittenEntry & { readonly index: number; readonly at: string })[] = [];
  readonly #people: TestTrust;
  #checkpoint: string | null = null;

  constructor(people: TestTrust) {
    this.#people = people;
  }

  /** Appends an entry; its time is as many seconds after the beginning as its index, or as given. */
  append(draft: LogEntryDraft, time = at(this.entries.length)): number {
    const index = this.entries.length;
    const salt = Buffer.alloc(16, index + 1);
    const entry = writeEntry(draft, time, 'cf_test', salt);
    this.entries.push({ ...entry, index, at: time });
    return index;
  }

  /** Appends a case event. */
  event(event: CaseEvent, time?: string): number {
    return this.append(entryOfEvent('case_1', event), time);
  }

  /** Appends a submitted review. */
  review(review: SignedReview, time?: string): number {
    const { digest } = review.statement;
    const payload = JSON.parse(JSON.stringify(review)) as LogEntryDraft['payload'];
    const draft = { kind: 'review_submitted', caseId: 'case_1', facts: { digest } } as const;
    return this.append({ ...draft, ...(payload ? { payload } : {}) }, time);
  }

  /** A checkpoint signed by log and witness over all entries; returns its text. */
  publish(keys: Partial<Pick<TestTrust, 'logKey' | 'witnessKey'>> = {}): Promise<string> {
    const { logKey, witnessKey } = { ...this.#people, ...keys };
    const hashes = this.#leaves();
    const { origin } = this.#people.trust;
    const head = { origin, size: hashes.length, rootHash: rootOver(hashes) };
    const note = signCheckpoint(head, logKey);
    const name = 'witness.test/acme';
    const line = cosignNote(splitNote(note).text, { name, privateKey: witnessKey }, 1_772_442_000);
    this.#checkpoint = `${note}${line}\n`;
    return Promise.resolve(this.#checkpoint);
  }

  checkpoint(): Promise<string | null> {
    return Promise.resolve(this.#checkpoint);
  }

  inclusion(index: number, size: number): Promise<readonly Buffer[]> {
    return Promise.resolve(pathTo(index, this.#leaves().slice(0, size)));
  }

  /** That the log of `newSize` extends that of `oldSize`, above 0 and below it (RFC 6962, 2.1.2). */
  consistency(oldSize: number, newSize: number): readonly Buffer[] {
    return subproof(oldSize, this.#leaves().slice(0, newSize), true);
  }

  #leaves(): Buffer[] {
    return this.entries.map(({ entryText }) => leafHash(entryText));
  }

  /** The pack of all entries. */
  async pack(keys: Partial<Pick<TestTrust, 'logKey' | 'witnessKey'>> = {}): Promise<string> {
    const checkpoint = await this.publish(keys);
    return packOf(checkpoint, this.entries);
  }
}

function pathTo(index: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length < 2) return [];
  const split = splitPoint(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split
    ? [...pathTo(index, left), rootOver(right)]
    : [...pathTo(index - split, right), rootOver(left)];
}

function subproof(oldSize: number, leaves: readonly Buffer[], isRoot: boolean): Buffer[] {
  if (oldSize === leaves.length) return isRoot ? [] : [rootOver(leaves)];
  const split = splitPoint(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return oldSize <= split
    ? [...subproof(oldSize, left, isRoot), rootOver(right)]
    : [...subproof(oldSize - split, right, false), rootOver(left)];
}

/** A pack from its parts. */
export function packOf(checkpoint: string, leaves: readonly PackLeaf[]): string {
  const head = canonicalJson({ format: 'counterfoil-pack-v1', checkpoint });
  const lines = leaves.map(({ entryText: entry, salt, payloadText: payload }) =>
    canonicalJson({ entry, salt, payload }),
  );
  return `${[head, ...lines].join('\n')}\n`;
}

/** What {@link runCase} may do differently. */
export interface Course {
  readonly binding?: Partial<ActionBinding>;
  readonly decision?: PolicyDecision;
  readonly request?: Partial<ApprovalRequest>;
  readonly reviews?: readonly SignedReview[] | ((action: Action) => readonly SignedReview[]);
  readonly grant?: Partial<Grant>;
  readonly intendedAt?: string;
  /** Called just before the intent. */
  readonly beforeIntent?: (log: MemoryLog, action: Action) => void;
  /** Steps that are left out. */
  readonly without?: readonly CaseEvent['type'][];
}

/** Logs one action from proposal to effect; by default approved by ana and performed. */
export function runCase(log: MemoryLog, people: TestTrust, course: Course = {}): Action {
  const action = bindAction(testBinding(course.binding));
  const { digest } = action;
  const decision = course.decision ?? asksFor();
  const record = (event: CaseEvent, time?: string): void => {
    if (!course.without?.includes(event.type)) log.event(event, time);
  };
  const proposal = { caseId: 'case_1', actions: [action], withheld: [] };
  record({ type: 'proposal_made', proposal });
  record({ type: 'policy_decided', digest, decision });
  let by: readonly string[] = [];
  let indexes: readonly number[] = [];
  if (decision.type === 'require_approval') {
    const request = requestFor(action, decision as ReturnType<typeof asksFor>, course.request);
    record({ type: 'approval_requested', request });
    const given = course.reviews ?? [reviewBy(people.ana, action)];
    const reviews = typeof given === 'function' ? given(action) : given;
    indexes = reviews.map((review) => log.review(review));
    by = [...new Set(reviews.map((review) => review.statement.personId))];
    record({ type: 'approval_resolved', digest, resolution: { type: 'approved', by } });
  }
  course.beforeIntent?.(log, action);
  const time = course.intendedAt ?? at(log.entries.length);
  const grant = {
    digest,
    approvedBy: by,
    policyIds: ['cloud-change'],
    grantedAt: time,
    expiresAt: new Date(Date.parse(time) + 600_000).toISOString(),
    approvalLogIndexes: indexes,
    ...course.grant,
  };
  record({ type: 'effect_intended', digest, grant, idempotencyKey: 'key_1' }, time);
  const effect = { reference: 'req-1', facts: {} };
  record({ type: 'effect_performed', digest, effect, reconciled: false });
  return action;
}
