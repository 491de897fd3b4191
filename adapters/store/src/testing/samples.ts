import { createHash, randomBytes } from 'node:crypto';
import type { Action, CaseEvent, Digest, Proposal, Signal, SignedReview } from '@counterfoil/core';
import type { EntryWriter, Store } from '../contract.ts';
import { openStore } from '../stores/open-store.ts';

/** An entry writer of the guard's shape, for this package's own tests. */
export const writeSampleEntry: EntryWriter = (draft, at, actor) => {
  const { kind, caseId, facts, payload } = draft;
  const payloadText = payload === undefined ? null : sortedJson(payload);
  const salt = randomBytes(16);
  const payloadSha256 =
    payloadText === null
      ? null
      : `sha256:${sha256(Buffer.concat([salt, Buffer.from(payloadText)]))}`;
  const entryText = sortedJson({ actor, at, caseId, facts, kind, payloadSha256, v: 1 });
  return {
    entryText,
    payloadText,
    salt: payloadText === null ? null : salt.toString('base64url'),
  };
};

/** Canonical JSON, good enough for these samples. */
function sortedJson(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.toWellFormed());
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  const names = Object.keys(value).toSorted((a, b) => (a < b ? -1 : 1));
  const fields = value as Readonly<Record<string, unknown>>;
  return `{${names.map((name) => `${sortedJson(name)}:${sortedJson(fields[name])}`).join(',')}}`;
}

/** A store on the real clock, with the sample writer. */
export function openSampleStore(databaseUrl: string): Promise<Store> {
  return openStore({
    databaseUrl,
    clock: { nowMs: () => Date.now() },
    newId: (prefix) => `${prefix}_${randomBytes(9).toString('base64url')}`,
    writeEntry: writeSampleEntry,
  });
}

export function sampleSignal(signalId: string, change: Partial<Signal> = {}): Signal {
  const money = (amount: string) => ({ amount, currency: 'USD' });
  return {
    signalId,
    kind: 'cost_anomaly',
    dedupeKey: `key-${signalId}`,
    scopeAccounts: ['111111111111', '222222222222'],
    dataVersion: 'v1',
    detectedAt: '2026-03-01T00:00:00.000Z',
    anomaly: {
      direction: 'increase',
      basis: 'EffectiveCost',
      element: { serviceName: 'Amazon EC2', 'tag:owner': 'team \u0000 \ud800 "x"' },
      onsetDate: '2026-02-20',
      lastDate: '2026-02-28',
      expectedPerDay: money('100.000000000000000001'),
      actualPerDay: money('500.5'),
      impactPerDay: money('400.499999999999999999'),
      impactTotal: money('3604.5'),
      impactPercent: 400.5,
      queryIds: ['q1'],
    },
    ...change,
  };
}

export function opened(signal: Signal): CaseEvent {
  return { type: 'case_opened', signal };
}

export function digestOf(text: string): Digest {
  return `sha256:${sha256(text)}`;
}

export function sampleProposal(caseId: string, names: readonly string[]): Proposal {
  return { caseId, actions: names.map((name) => sampleAction(caseId, name)), withheld: [] };
}

function sampleAction(caseId: string, name: string): Action {
  const binding = {
    v: 1,
    actionId: `act-${name}`,
    caseId,
    tenant: 'test',
    account: '111111111111',
    region: 'eu-west-1',
    kind: 'test.act',
    parametersSchemaSha256: sha256('schema'),
    parameters: { name },
    parameterLabels: {},
    preconditions: [],
    preview: `does ${name}`,
    blastRadius: { targets: [name], accounts: ['111111111111'], note: 'one' },
    undo: { reversibility: 'reversible', steps: ['undo it'] },
    estimatedEffect: null,
    environment: 'test',
    release: 'r1',
    policyBundleSha256: sha256('policies'),
    changeId: null,
    proposer: 'agent',
    onBehalfOf: 'schedule',
    proposedAt: '2026-03-01T00:00:00.000Z',
    expiresAt: '2026-03-02T00:00:00.000Z',
    nonce: name,
  } as const;
  const bindingText = JSON.stringify(binding);
  return { binding, bindingText, digest: digestOf(bindingText) };
}

export function sampleReview(digest: Digest, change: { personId?: string } = {}): SignedReview {
  return {
    type: 'ed25519',
    statement: {
      v: 1,
      digest,
      verdict: 'approve',
      personId: change.personId ?? 'ada',
      keyId: 'ada-1',
      reviewedAt: '2026-03-01T01:00:00.000Z',
      comment: '',
    },
    signature: 'c2lnbmVk',
  };
}

export function intended(digest: Digest, idempotencyKey: string): CaseEvent {
  return {
    type: 'effect_intended',
    digest,
    idempotencyKey,
    grant: {
      digest,
      approvedBy: ['ada'],
      policyIds: ['p1'],
      grantedAt: '2026-03-01T01:00:00.000Z',
      expiresAt: '2026-03-01T01:10:00.000Z',
      approvalLogIndexes: [1],
    },
  };
}

export function requested(digest: Digest, caseId: string, requestedAt: string): CaseEvent {
  return {
    type: 'approval_requested',
    request: {
      digest,
      caseId,
      actionId: 'act',
      requirement: { roles: ['finops'], quorum: 1, assurance: 'key' },
      excluded: [],
      requestedAt,
      deadlineAt: '2026-03-02T00:00:00.000Z',
    },
  };
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
