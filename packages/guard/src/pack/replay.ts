import { IntegrityError, killState } from '@counterfoil/core';
import type { Action, Digest, KillEngaged, LogEntry } from '@counterfoil/core';
import type { ProvenLeaf } from '../authorise/logged-review.ts';
import { openAction } from '../binding/bind.ts';
import { startPolicies, takePolicyAct, wasActive } from '../gate/policy-change.ts';
import type { PolicyHistory } from '../gate/policy-change.ts';
import * as shape from '../canonical/shape.ts';
import { checkKillLift } from '../kill/kill-lift.ts';
import { openPayload, parseEntry, type OpenedPayload } from '../log/entry.ts';
import { baseRegistry, enrol, type ApproverRegistry } from '../trust/registry.ts';
import type { Trust } from '../trust/trust.ts';
import { eventShape, eventShapes } from './event-shapes.ts';
import type { PackEffect, PackProblem } from './pack-report.ts';
import { judgeIntent, Trail, type Judgement } from './trail.ts';

const POLICY_ACTS = {
  policy_proposed: 'proposed',
  policy_approved: 'approved',
  policy_activated: 'activated',
} as const;

/** Replays the meaning of a log from its first entry: who could sign, what was stopped, what ran and by whose leave. */
export class Replay {
  readonly problems: PackProblem[] = [];
  erasedPayloads = 0;
  policies: PolicyHistory;
  readonly #trust: Trust;
  #registry: ApproverRegistry;
  /** Kinds of erased entries that say who may sign, or that a kill was lifted. */
  readonly #erased = new Set<string>();
  readonly #kills = new Map<string, KillEngaged>();
  readonly #trails = new Map<Digest, Trail>();
  readonly #intents: { trail: Trail; index: number; judgement: Judgement }[] = [];

  constructor(trust: Trust) {
    this.#trust = trust;
    this.#registry = baseRegistry(trust);
    this.policies = startPolicies(trust);
  }

  /** Takes the next leaf; what does not hold becomes a problem of it, and the rest is judged all the same: no writer can spoil another's proof. */
  accept(leaf: ProvenLeaf): void {
    try {
      const entry = parseEntry(leaf.entryText);
      const payload = openPayload(entry, leaf);
      if (payload.status === 'erased') this.erasedPayloads += 1;
      this.#accept(leaf, entry, payload);
    } catch (error) {
      const note = error instanceof Error ? error.message : 'unreadable';
      const code = error instanceof IntegrityError ? error.code : 'ENTRY_MALFORMED';
      this.problems.push({ code, index: leaf.index, note });
    }
  }

  /** The effects in the order of their intents. */
  effects(): readonly PackEffect[] {
    return this.#intents.map(({ trail, index, judgement }) => ({
      digest: trail.digest,
      caseId: trail.caseId,
      kind: trail.action?.binding.kind ?? null,
      decision: trail.decision?.type ?? null,
      approvedBy: judgement.type === 'authorised' ? judgement.by : [],
      intendedAtIndex: index,
      performedAtIndex: trail.performedAtIndex,
      status: statusOf(trail, judgement),
    }));
  }

  #accept(leaf: ProvenLeaf, entry: LogEntry, payload: OpenedPayload): void {
    if (entry.kind === 'approver_enrolled') {
      if (payload.status !== 'present') this.#erased.add(entry.kind);
      else {
        const given = { enrolment: payload.value, index: leaf.index, atMs: Date.parse(entry.at) };
        this.#registry = enrol(this.#registry, this.#trust, given);
      }
    } else if (entry.kind === 'kill_engaged') {
      const killId = textFact(entry, 'killId');
      this.#kills.set(killId, { killId, by: entry.actor, reason: killId, at: entry.at });
    } else if (entry.kind === 'kill_lifted') {
      const killId = textFact(entry, 'killId');
      if (payload.status !== 'present') this.#erased.add(entry.kind);
      else if (checkKillLift(payload.value, killId, this.#registry).type === 'valid') {
        this.#kills.delete(killId);
      }
    } else if (entry.kind === 'review_submitted') {
      const trail = this.#trails.get(digestFact(entry));
      if (payload.status === 'present') trail?.reviewLeaves.push(leaf);
      else trail?.erased.add(entry.kind);
    } else if (Object.hasOwn(POLICY_ACTS, entry.kind)) this.#takePolicyAct(entry, payload);
    else if (Object.hasOwn(eventShapes, entry.kind)) this.#takeEvent(leaf, entry, payload);
  }

  /** An act that does not hold changes nothing, as in the executor: what it was to permit is then decided by policies not in effect. */
  #takePolicyAct(entry: LogEntry, payload: OpenedPayload): void {
    const type = POLICY_ACTS[entry.kind as keyof typeof POLICY_ACTS];
    if (type !== 'activated' && payload.status !== 'present') this.#erased.add(entry.kind);
    const atMs = Date.parse(entry.at);
    const act =
      type === 'activated'
        ? { type, changeId: textFact(entry, 'changeId'), atMs }
        : { type, signed: valueOf(payload), atMs };
    const next = takePolicyAct(this.policies, act, this.#registry);
    if ('activeSha256' in next) this.policies = next;
  }

  #takeEvent(leaf: ProvenLeaf, entry: LogEntry, payload: OpenedPayload): void {
    const event = payload.status === 'erased' ? null : eventShape(valueOf(payload), entry.kind);
    if (event && event.type !== entry.kind) throw mismatch();
    if (entry.kind === 'proposal_made') {
      this.#propose(entry, event?.type === 'proposal_made' ? event.proposal.actions : null);
      return;
    }
    const trail = this.#trailOf(entry);
    if (event && event.type !== 'proposal_made') {
      const named = event.type === 'approval_requested' ? event.request : event;
      if (named.digest !== trail.digest) throw mismatch();
    }
    if (!event) trail.erased.add(entry.kind);
    const atMs = Date.parse(entry.at);
    const isActive = (sha256: string) => wasActive(this.policies, sha256, atMs);
    if (event?.type === 'policy_decided') {
      const isDue = isActive(event.decision.policyBundleSha256);
      if (!isDue) throw new IntegrityError('POLICY_NOT_ACTIVE', 'by policies not in effect');
      trail.decisions.push(event.decision);
    } else if (event?.type === 'approval_requested') {
      if (trail.request) throw new IntegrityError('REQUEST_REPEATED', 'people were asked twice');
      trail.request = event.request;
    } else if (event?.type === 'approval_resolved') trail.resolution ??= event.resolution.type;
    else if (entry.kind === 'effect_intended' || entry.kind === 'effect_resumed') {
      const { tenant } = this.#trust;
      const isResumed = entry.kind === 'effect_resumed';
      const judgement = judgeIntent(trail, {
        nowMs: atMs,
        isActive,
        authors: this.policies.authors,
        isResumed,
        grant: event && 'grant' in event ? event.grant : null,
        tenant,
        registry: this.#registry,
        killState: killState([...this.#kills.values()], new Set()),
        erased: this.#erased,
      });
      this.#intend(trail, leaf.index, judgement, isResumed);
    } else if (entry.kind.startsWith('effect_')) conclude(trail, entry.kind, leaf.index);
  }

  /** `actions` is null where the payload is erased and only the facts tell their digests. */
  #propose(entry: LogEntry, actions: readonly unknown[] | null): void {
    const erased = actions ? [] : textFact(entry, 'digests').split(' ').filter(Boolean);
    for (const digest of erased) {
      this.#open(shape.digest(digest, 'facts.digests'), entry).erased.add(entry.kind);
    }
    for (const action of (actions ?? []).map(openAction)) {
      this.#open(action.digest, entry).action = action;
    }
  }

  #open(digest: Digest, { caseId }: LogEntry): Trail {
    if (this.#trails.has(digest)) {
      throw new IntegrityError('PROPOSAL_REPEATED', `action ${digest} was proposed twice`);
    }
    const trail = new Trail(digest, caseId ?? '');
    this.#trails.set(digest, trail);
    return trail;
  }

  /** The trail that an entry belongs to; an intent of an action that was never proposed opens one, to be judged. */
  #trailOf(entry: LogEntry): Trail {
    const digest = digestFact(entry);
    const trail = this.#trails.get(digest);
    if (!trail && /^effect_(intended|resumed)$/.test(entry.kind)) return this.#open(digest, entry);
    if (trail && trail.caseId === entry.caseId) return trail;
    throw new IntegrityError('PROPOSAL_MISSING', `${entry.kind} of an action never proposed there`);
  }

  /** What was resumed without leave is no more authorised than what was never allowed. */
  #intend(trail: Trail, index: number, judgement: Judgement, isResumed: boolean): void {
    const first = isResumed && this.#intents.find((intent) => intent.trail === trail);
    if (!first) this.#intents.push({ trail, index, judgement });
    else if (judgement.type !== 'authorised') first.judgement = judgement;
    trail.intendedAtIndex ??= index;
    if (judgement.type === 'authorised') return;
    this.problems.push({ code: judgement.code, index, note: judgement.note });
  }
}

/** The actions that a leaf proposes, as an auditor will read them; throws where one of them is not what it binds. */
export function actionsIn(leaf: ProvenLeaf): readonly Action[] {
  const entry = parseEntry(leaf.entryText);
  const event = eventShape(valueOf(openPayload(entry, leaf)), entry.kind);
  return event.type === 'proposal_made' ? event.proposal.actions.map(openAction) : [];
}

function conclude(trail: Trail, kind: string, index: number): void {
  if (trail.intendedAtIndex === null) {
    throw new IntegrityError('EFFECT_WITHOUT_INTENT', 'no intent stands before it');
  }
  if (kind === 'effect_unresolved') trail.isUnresolved = true;
  else if (trail.performedAtIndex === null) trail.performedAtIndex = index;
  else throw new IntegrityError('EFFECT_REPEATED', 'an effect was performed twice');
}

function statusOf(trail: Trail, judgement: Judgement): PackEffect['status'] {
  if (judgement.type !== 'authorised') return judgement.type;
  if (trail.performedAtIndex !== null) return 'performed';
  return trail.isUnresolved ? 'unresolved' : 'intended';
}

function valueOf(payload: OpenedPayload): unknown {
  return payload.status === 'present' ? payload.value : undefined;
}

function digestFact({ facts }: LogEntry): Digest {
  return shape.digest(facts['digest'], 'facts.digest');
}

function textFact({ facts }: LogEntry, fact: string): string {
  return shape.text(facts[fact], `facts.${fact}`);
}

function mismatch(): IntegrityError {
  return new IntegrityError('FACTS_MISMATCH', 'facts and payload of an entry say different things');
}
