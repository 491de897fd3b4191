import type { PolicyQuestion } from '@counterfoil/core';

/** Name of an attribute of a question. */
export type Attribute = keyof PolicyQuestion;

/** Something that an attribute may be. */
export type AttributeValue = PolicyQuestion[Attribute] | undefined;

/** Who or what could change an attribute of a question that stands, in words; null where nothing could. */
export interface AttributeInfo {
  readonly attribute: Attribute;
  /** How it would come about, as the end of "would be allowed if …". */
  readonly how: string | null;
  /** Values that are always worth asking about, besides those that the policies speak of. */
  readonly values: readonly AttributeValue[];
  /** The only values that somebody could want it to become; absent: any. */
  readonly wanted?: readonly AttributeValue[];
  /** For figures: which way a change is possible without making the action a wider one. */
  readonly direction?: 'up' | 'down';
}

const APPROVALS = [1, 2].flatMap((people) =>
  (['key', 'passkey'] as const).map((assurance) => ({ people, assurance })),
);

/** Every attribute, and what may be done about it. Where an action is, what it is and whom it touches is never changed: that is another action. */
export const ATTRIBUTES: readonly AttributeInfo[] = [
  info('approval', 'people approve it', APPROVALS),
  info('autonomy', 'the release earns, and people allow, a higher level', [0, 1, 2, 3], {
    direction: 'up',
  }),
  info('targets', 'it is narrowed to fewer targets', [1], { direction: 'down' }),
  info('complete', 'the investigation sees everything', [true, false], { wanted: [true] }),
  info('killed', 'the kill switch is lifted', [true, false], { wanted: [false] }),
  info('expired', 'it is proposed anew', [true, false], { wanted: [false] }),
  info(
    'changeStatus',
    'it names a change record that is open and covers it',
    ['valid', 'absent', 'invalid'],
    { wanted: ['valid'] },
  ),
  info('frozen', 'the freeze is over', [true, false], { wanted: [false] }),
  info('offHours', 'business hours have begun', [true, false], { wanted: [false] }),
  info('recentOfKindInAccount', 'earlier actions are more than a day old', [1], {
    direction: 'down',
  }),
  info('recentOfKind', 'earlier actions are more than a day old', [1], { direction: 'down' }),
  info('recentOfClass', 'earlier actions are more than a day old', [1], { direction: 'down' }),
  info('recentAmountCents', 'earlier actions are more than a day old', [], { direction: 'down' }),
  info('tagCoveragePercent', 'more of the cost carries its tags', [100], { direction: 'up' }),
  info('conformant', 'the cost files keep to FOCUS', ['yes', 'no', 'unknown'], { wanted: ['yes'] }),
  info('reconciled', 'the cost data adds up', ['yes', 'no', 'unknown'], { wanted: ['yes'] }),
  info('confidentiality', 'what it says is less confidential', [], { direction: 'down' }),
  info('clearance', 'the channel is cleared for more (policy.clearances)', [], { direction: 'up' }),
  info(
    'changeRequired',
    'the installation demands no change record (policy.changeRequiredIn)',
    [true, false],
    { wanted: [false] },
  ),
  info('environment', null, ['sandbox', 'development', 'test', 'staging', 'production', 'unknown']),
  info('class', null, ['message', 'ticket', 'cloud', 'unknown']),
  info('reversibility', null, ['reversible', 'compensable', 'irreversible', 'unknown']),
  info('targetIntegrity', null, [0, 1, 2]),
  info('targetsMax', null, []),
  info('accountCount', null, [0, 1, 2]),
  info('amountCents', null, []),
];

/** What is known of an attribute; `undefined` for one that is never changed. */
export function attributeInfo(attribute: string): AttributeInfo | undefined {
  return ATTRIBUTES.find((one) => one.attribute === attribute);
}

function info(
  attribute: Attribute,
  how: string | null,
  values: readonly AttributeValue[],
  rest: Pick<AttributeInfo, 'wanted' | 'direction'> = {},
): AttributeInfo {
  return { attribute, how, values, ...rest };
}
