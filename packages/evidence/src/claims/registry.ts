import { approvalsSigned } from './approvals-signed.ts';
import type { Claim } from './claim.ts';
import { credentialsRecorded } from './credentials-recorded.ts';
import { dataTraceable } from './data-traceable.ts';
import { dutiesSeparated } from './duties-separated.ts';
import { effectsAuthorised } from './effects-authorised.ts';
import { effectsVerified } from './effects-verified.ts';
import { erasuresVisible } from './erasures-visible.ts';
import { killSwitchHeld } from './kill-switch.ts';
import { processesSeparated } from './processes-separated.ts';
import { readsRecorded } from './reads-recorded.ts';
import { recordRetained } from './record-retained.ts';
import { recordUntampered } from './record-untampered.ts';
import { refusalsHeld } from './refusals-held.ts';

/** Everything that can be claimed of a record. */
export const CLAIMS: readonly Claim[] = [
  recordUntampered,
  recordRetained,
  effectsAuthorised,
  dutiesSeparated,
  approvalsSigned,
  refusalsHeld,
  effectsVerified,
  killSwitchHeld,
  processesSeparated,
  credentialsRecorded,
  readsRecorded,
  dataTraceable,
  erasuresVisible,
];
