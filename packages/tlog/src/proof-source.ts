import type { LogReader } from '@counterfoil/core';
import type { ProofSource } from '@counterfoil/guard';
import { inclusionProof } from './tiles.ts';

/** Proofs from a log's tiles. Each file is read once, so all of them stand under one and the same checkpoint. */
export function proofSource(reader: LogReader): ProofSource {
  const once = readingOnce(reader);
  return {
    async checkpoint() {
      const bytes = await once.read('checkpoint');
      return bytes && Buffer.from(bytes).toString('utf8');
    },
    inclusion: (index, size) => inclusionProof(index, size, once),
  };
}

function readingOnce(reader: LogReader): LogReader {
  const known = new Map<string, ReturnType<LogReader['read']>>();
  return {
    read(path) {
      const bytes = known.get(path) ?? reader.read(path);
      known.set(path, bytes);
      return bytes;
    },
  };
}
