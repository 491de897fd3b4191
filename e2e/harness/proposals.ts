import { waitFor, type Installation } from './installation.ts';
import type { MainJob, Proposal } from './main-job.ts';

const SETTLED = ['confirmed', 'denied', 'expired', 'refused', 'not_confirmed', 'unresolved'];

/** Every proposed action, as the command line lists them. */
export async function proposalsOf(installation: Installation): Promise<readonly Proposal[]> {
  const cases = await installation.read<MainJob['cases']>(['cases', 'list']);
  return cases.flatMap((it) => it.proposals);
}

/** Status of one proposed action; `missing` where the installation no longer knows it. */
export async function statusOf(
  installation: Installation,
  { digest }: Pick<Proposal, 'digest'>,
): Promise<string> {
  const proposals = await proposalsOf(installation);
  return proposals.find((it) => it.digest === digest)?.status ?? 'missing';
}

/** Approves with the operator's key; the answer is the exit code. */
export async function approve(
  installation: Installation,
  { digest }: Pick<Proposal, 'digest'>,
): Promise<number> {
  return (await installation.run(['approvals', 'approve', digest, '--yes'])).exitCode;
}

/** Waits until nothing more can happen to these actions. */
export async function waitUntilSettled(
  installation: Installation,
  proposals: readonly Pick<Proposal, 'digest'>[],
  timeoutMs = 90_000,
): Promise<void> {
  const allSettled = async () => {
    const now = new Map((await proposalsOf(installation)).map((it) => [it.digest, it.status]));
    return proposals.every(({ digest }) => SETTLED.includes(now.get(digest) ?? ''));
  };
  await waitFor(allSettled, { what: 'every outcome', timeoutMs, everyMs: 500 });
}
