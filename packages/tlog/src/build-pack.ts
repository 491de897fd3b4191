import { canonicalJson, PACK_FORMAT, type PackLeaf } from '@counterfoil/guard';

/** The lines of an evidence pack: the witnessed checkpoint, then exactly the leaves that it covers, in order. */
export async function* buildPack(
  checkpointText: string,
  leaves: AsyncIterable<PackLeaf> | Iterable<PackLeaf>,
): AsyncGenerator<string> {
  yield `${canonicalJson({ format: PACK_FORMAT, checkpoint: checkpointText })}\n`;
  for await (const { entryText: entry, salt, payloadText: payload } of leaves) {
    yield `${canonicalJson({ entry, salt, payload })}\n`;
  }
}
