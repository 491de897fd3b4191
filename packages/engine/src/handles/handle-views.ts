import type { HandleView, Label, LabelTable, Observation, Signal } from '@counterfoil/core';
import { labelOfField, sanitiseText } from '@counterfoil/guard';
import { FACT_CATALOGUE } from '../causes/fact-catalogue.ts';
import { EXTRACT_TOOL } from '../investigation/ask-investigator.ts';
import { factsOfSignal } from '../investigation/references.ts';
import type { ToolRegistry } from '../registry/registry.ts';

const SUMMARY_LENGTH_MAX = 500;
type Value = Observation['facts'][string];

/**
 * The value store as a model is shown it: one handle for each fact of a case. Made from the journal and the connectors' tables
 * each time, so that a crash or a replay gives the same handles. Text that somebody may have typed is never shown.
 */
export function handleViews(
  signal: Signal,
  observations: readonly Observation[],
  tools: ToolRegistry,
): readonly HandleView[] {
  const { scopeAccounts: scopes } = signal;
  const ofSignal = Object.entries(factsOfSignal(signal)).map(([name, value]) =>
    view({ handle: `signal.${name}`, name, value, label: trusted(scopes) }),
  );
  const ofTools = observations.flatMap(({ observationId, tool, facts }) =>
    Object.entries(facts).map(([name, value]) => {
      const origin = { scopes, sources: [observationId] };
      const table = tool === EXTRACT_TOOL ? EXTRACTED : tools.get(tool)?.labels;
      const label = labelOfField(table, name, origin);
      return view({ handle: `${observationId}.${name}`, name, value, label });
    }),
  );
  return [...ofSignal, ...ofTools];
}

/** What a typed text was endorsed as: a member of a closed list. */
const EXTRACTED: LabelTable = Object.fromEntries(
  [...FACT_CATALOGUE]
    .filter(([, { tool }]) => tool === EXTRACT_TOOL)
    .map(([name]) => [name, { integrity: 1, confidentiality: 1 }]),
);

function trusted(scopes: readonly string[]): Label {
  return { integrity: 2, confidentiality: 1, scopes, sources: ['signal'] };
}

function view(given: {
  readonly handle: string;
  readonly name: string;
  readonly value: Value | undefined;
  readonly label: Label;
}): HandleView {
  const { handle, name, value, label } = given;
  // A name that is not ours may itself be typed text: it is told by its place alone.
  const known = FACT_CATALOGUE.get(name);
  const isShown = known !== undefined && label.integrity >= 1;
  return {
    handle: known === undefined ? handle.slice(0, handle.indexOf('.')) : handle,
    unit: known?.unit ?? 'text',
    label,
    summary: isShown && value !== undefined ? summaryOf(value) : null,
  };
}

function summaryOf(value: Value): Value {
  return typeof value === 'string' ? sanitiseText(value, { lengthMax: SUMMARY_LENGTH_MAX }) : value;
}
