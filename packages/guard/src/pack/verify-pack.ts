import type { Trust } from '../trust/trust.ts';
import type { PackReport } from './pack-report.ts';

/** A pack's bytes or text, whole or in pieces. */
export type PackSource = string | AsyncIterable<string | Uint8Array>;

/** What the verifier may be told besides the trust file. */
export interface VerifyOptions {
  /** A witnessed checkpoint that the verifier already knows; a pack that does not reach it is refused as truncated. */
  readonly minimumCheckpoint?: string;
  /** `accept`: effects whose payloads were erased are reported as `unprovable` and do not reject the pack. */
  readonly erased?: 'reject' | 'accept';
}

export declare function verifyPack(
  pack: PackSource,
  trust: Trust,
  options?: VerifyOptions,
): Promise<PackReport>;
