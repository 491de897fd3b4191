import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fold, invariant, type CaseState, type RecordedEvent } from '@counterfoil/core';
import { loadCatalogue } from './causes/catalogue.ts';
import { conclude } from './investigation/conclude.ts';
import { openJournaled } from './execution/open-journaled.ts';
import { readDataFiles } from './testing/test-data.ts';

/** A case of an earlier release, as it was journaled, and where it ended. */
interface History {
  readonly caseId: string;
  readonly expect: {
    readonly status: CaseState['status'];
    readonly version: number;
    readonly actions: readonly string[];
    readonly causeId: string;
    readonly reconciled: readonly (boolean | null)[];
  };
  readonly journal: readonly RecordedEvent[];
}

const directory = new URL('../histories/', import.meta.url);
const catalogue = loadCatalogue({
  causes: readDataFiles('causes'),
  playbooks: readDataFiles('playbooks'),
});

for (const name of readdirSync(directory).toSorted()) {
  const history = JSON.parse(readFileSync(new URL(name, directory), 'utf8')) as History;
  const { caseId, expect, journal } = history;

  test(`${name} still folds to where it ended`, () => {
    const state = fold(caseId, journal);
    assert.equal(state.status, expect.status);
    assert.equal(state.version, expect.version);
    assert.deepEqual(
      state.actions.map((one) => one.status),
      expect.actions,
    );
    assert.deepEqual(
      state.actions.map((one) => one.reconciled ?? null),
      expect.reconciled,
    );
    for (const action of state.actions) openJournaled(action);
  });

  test(`${name} is still concluded alike from the same observations`, () => {
    const { signal, observations, conclusion } = fold(caseId, journal);
    invariant(conclusion, 'the history has a conclusion');
    const causes = catalogue.causesOf(catalogue.playbookFor(signal));
    const again = conclude({ signal, observations, causes, unasked: [] });
    assert.equal(again.causeId, expect.causeId);
    assert.deepEqual(again.completeness, conclusion.completeness);
    assert.deepEqual(again.rootCauses, conclusion.rootCauses);
  });
}
