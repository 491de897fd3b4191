import { IntegrityError, type ActionBinding, type Digest } from '@counterfoil/core';
import { canonicalText } from './canonical-json.ts';
import { sha256, toHex, utf8 } from './encoding.ts';

const DOMAIN = 'counterfoil-action-v1\n';

/**
 * Reads the bytes that an approval binds and checks in this browser that they have the digest and mean one thing only.
 * Throws `IntegrityError` otherwise; then nothing of them may be shown as the action, and nothing signed.
 */
export async function openBindingHere(bindingText: string, digest: Digest): Promise<ActionBinding> {
  const computed = `sha256:${toHex(await sha256(utf8(DOMAIN + bindingText)))}`;
  if (computed !== digest) {
    throw new IntegrityError(
      'DIGEST_MISMATCH',
      'The bytes that the server sent do not have the digest of this request.',
      { remedy: 'Do not approve. Tell your auditor: somebody changed the action or the server.' },
    );
  }
  const binding = JSON.parse(bindingText) as ActionBinding;
  if (canonicalText(binding) !== bindingText) {
    throw new IntegrityError('BINDING_AMBIGUOUS', 'The bytes can be read in more than one way.', {
      remedy: 'Do not approve. Tell your auditor: the action was not bound by this program.',
    });
  }
  return binding;
}
