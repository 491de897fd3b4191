import { loadPolicyBundle, type NamedPolicy, type PolicyBundle } from '@counterfoil/guard';
import type { BundleFiles } from './read-bundle.ts';

/** A bundle of other policies under the schema of these files. Throws `InputError` where they do not validate. */
export function bundleOf(
  files: BundleFiles,
  policies: readonly Pick<NamedPolicy, 'text'>[],
): PolicyBundle {
  const schemas = Object.entries(files).filter(([name]) => name.endsWith('.cedarschema'));
  const text = policies.map((policy) => policy.text).join('\n');
  return loadPolicyBundle({ ...Object.fromEntries(schemas), 'part.cedar': text });
}
