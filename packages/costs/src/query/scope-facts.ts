import { createHash } from 'node:crypto';
import type { CostBasis } from '@counterfoil/core';
import { addDays } from '../analysis/days.ts';
import { MAPPING_REVISION } from '../ingest/canonical.ts';
import { chooseBasis } from '../quality/basis.ts';
import { isRounded } from '../quality/cost-traps.ts';
import type { AccountGroup } from './account-index.ts';
import type { Scope } from './scope.ts';

/** What is known of the charges within a scope, told by these charges alone. */
export interface ScopeFacts {
  /**
   * Id of the contents of the scope: the same charges of the same accounts give the same id in every version, whatever other accounts
   * the version has. For all accounts it is the id of the version.
   */
  readonly dataVersion: string;
  readonly rows: number;
  readonly currencies: readonly string[];
  /** Cost column of the scope's analysis. */
  readonly basis: CostBasis;
  /** First day of any charge and the day after the last start of one, ISO dates in UTC; null without charges. */
  readonly fromDate: string | null;
  readonly toDate: string | null;
}

/** Reads the facts of a scope from the accounts of a version's files. */
export function scopeFacts(
  files: readonly (readonly AccountGroup[])[],
  scope: Scope,
  versionId: string,
): ScopeFacts {
  const accounts = scope === 'all' ? null : new Set(scope);
  const inside = files.map((groups) =>
    groups.filter(({ account }) => accounts === null || accounts.has(account)),
  );
  const groups = inside.flat();
  const dates = groups.flatMap(({ firstDate, lastDate }) => [firstDate, lastDate]).toSorted();
  const [first] = dates;
  const last = dates.at(-1);
  return {
    dataVersion: scope === 'all' ? versionId : scopedVersionId(groups),
    rows: groups.reduce((sum, { rows }) => sum + rows, 0),
    currencies: [...new Set(groups.flatMap(({ currency }) => currency ?? []))].toSorted(),
    // How accounts are spread over files is nothing that a scope may be told, so only the whole version is judged by file.
    basis: basisOf(scope === 'all' ? inside : [groups]),
    fromDate: first ?? null,
    toDate: last === undefined ? null : addDays(last, 1),
  };
}

function scopedVersionId(groups: readonly AccountGroup[]): string {
  const byAccount = Map.groupBy(groups, ({ account }) => account);
  const lines = [...byAccount].map(([account, own]) => {
    const sum = (of: (group: AccountGroup) => string | number) =>
      own.reduce((total, group) => total + BigInt(of(group)), 0n).toString();
    const rows = sum((group) => group.rows);
    return JSON.stringify([account, rows, sum((g) => g.digests[0]), sum((g) => g.digests[1])]);
  });
  const hash = createHash('sha256').update(`counterfoil-lake-scope ${MAPPING_REVISION}\n`);
  for (const line of lines.toSorted()) hash.update(`${line}\n`);
  return `s-${hash.digest('hex').slice(0, 32)}`;
}

function basisOf(files: readonly (readonly AccountGroup[])[]): CostBasis {
  const findings: Parameters<typeof chooseBasis>[0][number][] = [];
  for (const groups of files) {
    if (groups.some(({ rowsWithoutEffectiveCost }) => rowsWithoutEffectiveCost > 0)) {
      findings.push({ code: 'EFFECTIVE_COST_MISSING' });
    }
    for (const own of Map.groupBy(groups, ({ provider }) => provider).values()) {
      const fractional = own.reduce((sum, group) => sum + group.rowsFractional, 0);
      const whole = own.reduce((sum, group) => sum + group.rowsFractionalWhole, 0);
      if (isRounded(fractional, whole)) findings.push({ code: 'EFFECTIVE_COST_ROUNDED' });
    }
  }
  return chooseBasis(findings);
}
