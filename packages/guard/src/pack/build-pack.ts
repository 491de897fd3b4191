import { canonicalJson } from '../canonical/canonical-json.ts';
import type { StoredPayload } from '../log/entry.ts';

/** First member of a pack's first line. */
export const PACK_FORMAT = 'counterfoil-pack-v1';

/** A leaf as it goes into a pack. */
export interface PackLeaf extends StoredPayload {
  readonly entryText: string;
}

/**
 * The lines of an evidence pack, each ending in a line feed: the witnessed checkpoint, then every leaf from 0 to its size − 1.
 * The caller hands in exactly the leaves that the checkpoint covers, in order.
 */
export async function* buildPack(
  checkpointText: string,
  leaves: AsyncIterable<PackLeaf> | Iterable<PackLeaf>,
): AsyncGenerator<string> {
  yield `${canonicalJson({ format: PACK_FORMAT, checkpoint: checkpointText })}\n`;
  for await (const leaf of leaves) yield packLine(leaf);
}

/** One leaf's line of a pack. */
export function packLine(leaf: PackLeaf): string {
  const { entryText: entry, salt, payloadText: payload } = leaf;
  return `${canonicalJson({ entry, salt, payload })}\n`;
}
