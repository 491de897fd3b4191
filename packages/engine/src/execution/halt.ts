import { IntegrityError, type CaseStore, type KillStore } from '@counterfoil/core';
import { commitStep } from '../durable/commit-step.ts';

/**
 * Runs work of a case; where a digest, signature or proof does not hold, stops every effect first and halts the case then,
 * so that a crash in between errs on the safe side.
 */
export async function haltOnIntegrityError(
  { cases, kills }: { readonly cases: CaseStore; readonly kills: KillStore },
  caseId: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof IntegrityError)) throw error;
    const { code } = error;
    const reason = `case ${caseId}: ${code}: ${error.message}`;
    const known = await kills.read();
    if (!known.some(({ kill }) => kill.reason === reason)) await kills.engage(reason);
    await commitStep(cases, caseId, () => ({
      events: [{ type: 'case_halted', code, reason: error.message }],
      jobs: [],
    }));
  }
}
