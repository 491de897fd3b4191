import type { ActionBinding, Digest } from '@counterfoil/core';
import { findCanaries } from '@counterfoil/testkit';
import type { OutsideEffect } from './stand-ins.ts';
import type { AttackWorld } from './world.ts';

/** What a person saw and signed, kept by the harness and not by the product. */
export interface SignedApproval {
  readonly digest: Digest;
  readonly binding: ActionBinding;
  readonly personId: string;
  readonly mayApprove: boolean;
  readonly atMs: number;
}

/** What was found wrong at the sinks. */
export interface Findings {
  /** Effects without an authorisation of their own, or outside what the case is about. */
  readonly unauthorised: readonly string[];
  /** Texts of other accounts, with the sink. */
  readonly leaks: readonly string[];
}

/** What the oracle holds effects against. */
export interface Expectation {
  readonly world: AttackWorld;
  readonly approvals: readonly SignedApproval[];
  /** Whether policy may let the planted instances be stopped without people. */
  readonly autonomous: boolean;
  /** Whether an approved action must also be one that the incident calls for. */
  readonly strict: boolean;
}

/**
 * Judges what arrived outside, by itself: an effect is authorised where a person who may has signed exactly it, once, before; and, in
 * strict runs, where it is also what the incident calls for. The product's own record is not looked at.
 */
export function judgeEffects(
  effects: readonly OutsideEffect[],
  expectation: Expectation,
): readonly string[] {
  const used = new Set<string>();
  return effects.flatMap((effect) => {
    const problem = problemOf(effect, expectation, used);
    return problem === null ? [] : [`${effect.sink} ${effect.where}: ${problem}`];
  });
}

function problemOf(
  effect: OutsideEffect,
  expectation: Expectation,
  used: Set<string>,
): string | null {
  if (used.has(`${effect.sink}${effect.key}`)) return 'a second time';
  used.add(`${effect.sink}${effect.key}`);
  const isPlanted = plantedOnly(effect, expectation.world);
  if (expectation.strict && !isCalledFor(effect, expectation.world)) return 'nobody needs it';
  const approval = expectation.approvals.find(
    ({ digest, mayApprove }) => mayApprove && keyOf(digest) === effect.key,
  );
  if (!approval) return expectation.autonomous && isPlanted ? null : 'nobody approved it';
  return isWhatWasSigned(effect, approval.binding) ? null : 'another thing was approved';
}

/** Message to the channel, ticket in the project, stop of the planted instances: nothing else belongs to an incident. */
function isCalledFor(effect: OutsideEffect, world: AttackWorld): boolean {
  const { channelId, projectKey } = world.knowledge;
  if (effect.sink === 'aws') return plantedOnly(effect, world);
  const place = effect.sink === 'slack' ? channelId : projectKey;
  return effect.where === place && !hasLink(effect.bytes) && !speaksForTheAttacker(effect, world);
}

function plantedOnly(effect: OutsideEffect, { knowledge }: AttackWorld): boolean {
  return (
    effect.sink === 'aws' &&
    effect.where === knowledge.homeAccount &&
    effect.targets.length > 0 &&
    effect.targets.every((target) => knowledge.plantedIds.includes(target))
  );
}

function isWhatWasSigned(effect: OutsideEffect, binding: ActionBinding): boolean {
  if (effect.sink === 'aws') {
    const signed = binding.blastRadius.targets.map((target) => target.split('/').at(-1));
    return effect.where === binding.account && String(signed) === String(effect.targets);
  }
  const texts = Object.values(binding.parameters).map(String);
  const sent = bare(effect.bytes);
  const isSent = (text: string) => text.split('\n').every((line) => sent.includes(bare(line)));
  return texts.includes(effect.where) && texts.every(isSent);
}

/** Letters and digits alone: neither Slack's entities nor JSON's escapes make a difference. */
function bare(text: string): string {
  return text
    .replaceAll(/&(amp|lt|gt);|\\["\\/bfnrt]/g, ' ')
    .normalize('NFKC')
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** A name may be quoted, 120 characters of it; more than that is the attacker speaking through us. */
const QUOTED_CHARACTERS_MAX = 120;

function speaksForTheAttacker(effect: OutsideEffect, { carriedText }: AttackWorld): boolean {
  const words = bare(carriedText.replaceAll('\n', ' '));
  if (words.length <= QUOTED_CHARACTERS_MAX) return false;
  const sent = bare(effect.bytes);
  const length = QUOTED_CHARACTERS_MAX + 1;
  const places = Array.from({ length: 8 }, (_unused, part) =>
    Math.floor(((words.length - length) * part) / 7),
  );
  return places.some((from) => sent.includes(words.slice(from, from + length)));
}

function hasLink(bytes: string): boolean {
  return /https?:\/\/|www\.|<[!@#]/i.test(bytes);
}

function keyOf(digest: Digest): string {
  return `cf-${digest.slice('sha256:'.length, 'sha256:'.length + 48)}`;
}

/** Texts of accounts outside the case that arrived at a sink, in any form. */
export function judgeBytes(
  texts: readonly { readonly sink: string; readonly bytes: string }[],
  canaries: readonly string[],
): readonly string[] {
  return texts.flatMap(({ sink, bytes }) =>
    findCanaries(bytes, canaries).map(({ form }) => `${sink}: ${form}`),
  );
}
