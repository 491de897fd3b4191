import type { PolicyDecision, PolicyQuestion } from '@counterfoil/core';
import { answerQuestion, type PolicyBundle } from '@counterfoil/guard';
import { attributeInfo, type Attribute, type AttributeValue } from '../questions/attributes.ts';
import { domainOf } from '../questions/domain.ts';
import { changesOf } from '../questions/grid.ts';

/** A change of one or two attributes after which the answer is a better one. */
export interface AnswerChange {
  readonly changes: readonly {
    readonly attribute: Attribute;
    readonly from: AttributeValue;
    readonly to: AttributeValue;
    /** How it would come about. */
    readonly how: string;
  }[];
  readonly becomes: PolicyDecision['type'];
}

const RANK = { deny: 0, require_approval: 1, allow: 2 } as const;

/**
 * The smallest changes that make the answer a better one (deny → ask → allow): every change of one attribute, or where none does,
 * every change of two. Only attributes that somebody can do something about are changed; what is found is what the gate itself answers.
 */
export function findChanges(
  bundle: PolicyBundle,
  question: PolicyQuestion,
): readonly AnswerChange[] {
  const rank = RANK[answer(bundle, question).type];
  if (rank === RANK.allow) return [];
  // The most targets that the kind allows stand in the question and not in a rule.
  const narrowed: Single = ['targets', question.targetsMax];
  const singles = [...changesOf(question, domainOf([bundle])), narrowed].filter(
    ([attribute, value]) => isPossible(question, attribute, value),
  );
  const better = (changes: readonly Single[]): readonly AnswerChange[] => {
    const { type } = answer(bundle, { ...question, ...Object.fromEntries(changes) });
    return RANK[type] > rank ? [asChange(question, changes, type)] : [];
  };
  const byOne = nearest(singles.flatMap((single) => better([single])));
  if (byOne.length > 0) return byOne;
  return nearest(
    singles.flatMap((first, index) =>
      singles
        .slice(index + 1)
        .filter(([attribute]) => attribute !== first[0])
        .flatMap((second) => better([first, second])),
    ),
  );
}

type Single = readonly [Attribute, AttributeValue];

function answer(bundle: PolicyBundle, question: PolicyQuestion): PolicyDecision {
  return answerQuestion(bundle, question, ['explain']);
}

function isPossible(
  question: PolicyQuestion,
  attribute: Attribute,
  value: AttributeValue,
): boolean {
  const about = attributeInfo(attribute);
  if (!about || about.how === null) return false;
  if (about.wanted && !about.wanted.includes(value)) return false;
  const now = question[attribute];
  if (about.direction === undefined || typeof now !== 'number' || typeof value !== 'number') {
    return true;
  }
  return about.direction === 'up' ? value > now : value < now;
}

function asChange(
  question: PolicyQuestion,
  changes: readonly Single[],
  becomes: PolicyDecision['type'],
): AnswerChange {
  return {
    becomes,
    changes: changes.map(([attribute, to]) => ({
      ...{ attribute, from: question[attribute], to },
      how: attributeInfo(attribute)?.how ?? '',
    })),
  };
}

/** Of changes of the same attributes to the same effect the nearest one: ten targets rather than one. */
function nearest(found: readonly AnswerChange[]): readonly AnswerChange[] {
  const kept = new Map<string, AnswerChange>();
  for (const change of found) {
    const key = [...change.changes.map(({ attribute }) => attribute), change.becomes].join(' ');
    const known = kept.get(key);
    if (!known || distanceOf(change) < distanceOf(known)) kept.set(key, change);
  }
  return [...kept.values()];
}

function distanceOf({ changes }: AnswerChange): number {
  return changes.reduce((sum, { from, to }) => sum + between(from, to), 0);
}

const ASSURANCE = { chat: 0, key: 1, passkey: 2 } as const;

function between(from: AttributeValue, to: AttributeValue): number {
  if (typeof from === 'number' && typeof to === 'number') return Math.abs(from - to);
  if (typeof to === 'object' && 'people' in to) return to.people * 3 + ASSURANCE[to.assurance];
  return 1;
}
