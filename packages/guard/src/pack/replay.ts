import { IntegrityError, type Digest, type LogEntry } from '@counterfoil/core';
import { openAction } from '../binding/bind.ts';
import * as shape from '../canonical/shape.ts';
import { checkKillLift } from '../kill/kill-lift.ts';
import type { OpenedPayload } from '../log/entry.ts';
import { baseRegistry, enrol, type ApproverRegistry } from '../trust/registry.ts';
import type { Trust } from '../trust/trust.ts';
import { eventShapes } from './event-shapes.ts';
import { judgeIntent, type Judgement } from './judge-intent.ts';
import type { PackEffect, PackProblem } from './pack-report.ts';
import { newTrail, type Trail } from './trail.ts';

/** An entry with its place and its opened payload. */
export interface ReplayEntry {
  readonly index: number;
  readonly entry: LogEntry;
  readonly payload: OpenedPayload;
}

type Judged = { readonly trail: Trail; readonly index: number; readonly judgement: Judgement };

/** Replays the meaning of a log from its first entry: who could sign, what was stopped, what ran and by whose leave. */
export class Replay {
  readonly problems: PackProblem[] = [];
  readonly #trust: Trust;
  #registry: ApproverRegistry;
  #trustErased = false;
  readonly #kills = new Set<string>();
  readonly #trails = new Map<Digest, Trail>();
  readonly #judged: Judged[] = [];

  constructor(trust: Trust) {
    this.#trust = trust;
    this.#registry = baseRegistry(trust);
  }

  /** Takes the next entry; what is wrong with it becomes a problem. */
  accept(at: ReplayEntry): void {
    try {
      this.#accept(at);
    } catch (error) {
      const note = error instanceof Error ? error.message : 'unreadable';
      const code = error instanceof IntegrityError ? error.code : 'ENTRY_MALFORMED';
      this.problems.push({ code, index: at.index, note });
    }
  }

  /** The effects in the order of their intents. */
  effects(): readonly PackEffect[] {
    return this.#judged.map(({ trail, index, judgement }) => ({
      digest: trail.digest,
      caseId: trail.caseId ?? '',
      kind: trail.binding?.kind ?? null,
      decision: decisionOf(trail),
      approvedBy: judgement.type === 'authorised' ? judgement.by : [],
      intendedAtIndex: index,
      performedAtIndex: trail.performedAtIndex,
      status: statusOf(trail, judgement),
    }));
  }

  #accept(at: ReplayEntry): void {
    switch (at.entry.kind) {
      case 'approver_enrolled':
        return this.#enrol(at);
      case 'kill_engaged':
        this.#kills.add(textFact(at, 'killId'));
        return;
      case 'kill_lifted':
        return this.#lift(at);
      case 'review_submitted':
        return this.#review(at);
      case 'proposal_made':
        return this.#propose(at);
      case 'policy_decided':
      case 'approval_requested':
      case 'approval_resolved':
        return this.#decide(at);
      case 'effect_intended':
        return this.#intend(at);
      case 'effect_performed':
      case 'effect_unresolved':
        return this.#conclude(at);
      default:
    }
  }

  #enrol({ index, entry, payload }: ReplayEntry): void {
    if (payload.status !== 'present') this.#trustErased = true;
    else {
      const given = { enrolment: payload.value, index, atMs: Date.parse(entry.at) };
      this.#registry = enrol(this.#registry, this.#trust, given);
    }
  }

  #lift(at: ReplayEntry): void {
    const killId = textFact(at, 'killId');
    if (at.payload.status !== 'present') this.#trustErased = true;
    else if (checkKillLift(at.payload.value, killId, this.#registry).type === 'valid') {
      this.#kills.delete(killId);
    }
  }

  #review({ index, entry, payload }: ReplayEntry): void {
    const trail = this.#trails.get(shape.digest(entry.facts['digest'], 'facts.digest'));
    if (payload.status !== 'present') trail?.erased.add(entry.kind);
    else {
      trail?.reviews.push({ index, recordedAtMs: Date.parse(entry.at), review: payload.value });
    }
  }

  #propose(at: ReplayEntry): void {
    const event = eventOf(at, eventShapes.proposal_made);
    if (!event) {
      for (const digest of textFact(at, 'digests').split(' ').filter(Boolean)) {
        this.#open(shape.digest(digest, 'facts.digests'), at).erased.add(at.entry.kind);
      }
      return;
    }
    for (const action of event.proposal.actions.map(openAction)) {
      this.#open(action.digest, at).binding = action.binding;
    }
  }

  #open(digest: Digest, { entry }: ReplayEntry): Trail {
    if (this.#trails.has(digest)) {
      throw new IntegrityError('PROPOSAL_REPEATED', `action ${digest} was proposed twice`);
    }
    const trail = newTrail(digest, entry.caseId);
    this.#trails.set(digest, trail);
    return trail;
  }

  #decide(at: ReplayEntry): void {
    const trail = this.#trailOf(at);
    const { kind } = at.entry;
    if (at.payload.status === 'erased') trail.erased.add(kind);
    else if (kind === 'policy_decided') {
      const event = eventOf(at, eventShapes.policy_decided);
      if (event && isOf(event.digest, trail)) trail.decisions.push(event.decision);
    } else if (kind === 'approval_requested') {
      const event = eventOf(at, eventShapes.approval_requested);
      if (!event || !isOf(event.request.digest, trail)) return;
      if (trail.request) throw new IntegrityError('REQUEST_REPEATED', 'people were asked twice');
      trail.request = event.request;
    } else {
      const event = eventOf(at, eventShapes.approval_resolved);
      if (!event || !isOf(event.digest, trail)) return;
      trail.resolution ??= event.resolution.type as 'approved' | 'denied' | 'expired';
    }
  }

  #intend(at: ReplayEntry): void {
    const { index, entry } = at;
    const digest = shape.digest(entry.facts['digest'], 'facts.digest');
    const trail = this.#trails.get(digest) ?? newTrail(digest, entry.caseId);
    this.#trails.set(digest, trail);
    const event = eventOf(at, eventShapes.effect_intended);
    if (event) isOf(event.digest, trail);
    const grant = event?.grant ?? null;
    const intent = { index, atMs: Date.parse(entry.at), caseId: entry.caseId, grant };
    const judgement = judgeIntent(trail, intent, {
      tenant: this.#trust.tenant,
      registry: this.#registry,
      killed: this.#kills.size > 0,
      trustErased: this.#trustErased,
    });
    trail.intendedAtIndex ??= index;
    this.#judged.push({ trail, index, judgement });
    if (judgement.type === 'unauthorised') {
      this.problems.push({ code: judgement.code, index, note: judgement.note });
    } else if (judgement.type === 'unprovable') {
      const note = `the payload of ${judgement.missing} is erased`;
      this.problems.push({ code: 'UNPROVABLE', index, note });
    }
  }

  #conclude(at: ReplayEntry): void {
    const { kind, caseId } = at.entry;
    const trail = this.#trailOf(at);
    if (trail.intendedAtIndex === null || trail.caseId !== caseId) {
      throw new IntegrityError('EFFECT_WITHOUT_INTENT', 'an effect has no intent before it');
    }
    const event =
      kind === 'effect_performed'
        ? eventOf(at, eventShapes.effect_performed)
        : eventOf(at, eventShapes.effect_unresolved);
    if (event) isOf(event.digest, trail);
    if (kind === 'effect_unresolved') trail.unresolved = true;
    else if (trail.performedAtIndex !== null) {
      throw new IntegrityError('EFFECT_REPEATED', 'an effect was performed twice');
    } else trail.performedAtIndex = at.index;
  }

  #trailOf({ entry }: ReplayEntry): Trail {
    const digest = shape.digest(entry.facts['digest'], 'facts.digest');
    const trail = this.#trails.get(digest);
    if (!trail || trail.caseId !== entry.caseId) {
      throw new IntegrityError('PROPOSAL_MISSING', `${entry.kind} of an action never proposed`);
    }
    return trail;
  }
}

/** The event of an entry, `null` where it is erased; throws where it is of another kind or shape. */
function eventOf<Event extends { readonly type: string }>(
  { entry, payload }: ReplayEntry,
  check: shape.Check<Event>,
): Event | null {
  if (payload.status === 'erased') return null;
  const event = check(payload.status === 'present' ? payload.value : undefined, entry.kind);
  if (event.type !== entry.kind) {
    throw new IntegrityError('FACTS_MISMATCH', `a ${entry.kind} entry carries ${event.type}`);
  }
  return event;
}

/** Facts and payload must speak of one action. */
function isOf(digest: Digest, trail: Trail): true {
  if (digest === trail.digest) return true;
  throw new IntegrityError('FACTS_MISMATCH', 'an entry and its payload name different actions');
}

function textFact({ entry }: ReplayEntry, fact: string): string {
  return shape.text(entry.facts[fact], `facts.${fact}`);
}

function decisionOf(trail: Trail): PackEffect['decision'] {
  const type = trail.decisions.at(-1)?.type ?? null;
  return type === 'deny' ? null : type;
}

function statusOf(trail: Trail, judgement: Judgement): PackEffect['status'] {
  if (judgement.type !== 'authorised') return judgement.type;
  if (trail.performedAtIndex !== null) return 'performed';
  return trail.unresolved ? 'unresolved' : 'intended';
}
