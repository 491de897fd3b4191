import { IntegrityError, type Action, type ActionBinding, type Digest } from '@counterfoil/core';
import { canonicalJson } from '../canonical/canonical-json.ts';
import { sha256Hex } from '../canonical/encoding.ts';
import { parseCanonicalJson } from '../canonical/parse-json.ts';
import * as shape from '../canonical/shape.ts';
import { bindingShape } from './binding-shape.ts';

const actionShape: shape.Check<Action> = shape.object({
  binding: bindingShape,
  bindingText: shape.text,
  digest: shape.digest,
});

const DOMAIN = 'counterfoil-action-v1\n';

/** Binds an action: canonical text and digest. `InputError` on an unknown or missing field, text outside NFC, more than 64 KiB. */
export function bindAction(binding: ActionBinding): Action {
  const bindingText = canonicalJson(bindingShape(binding, 'binding'));
  const digest = digestOf(bindingText);
  return { binding: openBinding(bindingText, digest), bindingText, digest };
}

/** Reads back the binding that was approved: `IntegrityError` where the digest differs, `InputError` where it is no canonical binding. */
export function openBinding(bindingText: string, digest: Digest): ActionBinding {
  if (digestOf(bindingText) !== digest) {
    throw new IntegrityError('DIGEST_MISMATCH', 'the action is not the one that has this digest', {
      remedy: 'propose the action again; what was changed can not be approved or executed',
    });
  }
  return bindingShape(parseCanonicalJson(bindingText), 'binding');
}

/** Reads a journaled action; its text, digest and binding must agree. Throws as {@link openBinding} does. */
export function openAction(value: unknown): Action {
  const action = actionShape(value, 'action');
  openBinding(action.bindingText, action.digest);
  if (canonicalJson(action.binding) !== action.bindingText) {
    throw new IntegrityError('BINDING_MISMATCH', 'an action shows another binding than it binds');
  }
  return action;
}

function digestOf(bindingText: string): Digest {
  return `sha256:${sha256Hex(DOMAIN + bindingText)}`;
}
