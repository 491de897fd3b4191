import { InputError, type Signal } from '@counterfoil/core';
import { FACT_CATALOGUE } from './fact-catalogue.ts';
import type { DataFile } from '../data/read-data-file.ts';
import { parsePlaybook, playbookFor, type Playbook } from '../playbooks/playbook.ts';
import { parseCause, UNEXPLAINED, type Cause } from './cause.ts';

/** Causes and playbooks, checked against each other. */
export interface Catalogue {
  readonly causes: readonly Cause[];
  readonly playbooks: readonly Playbook[];
  /** Throws `InputError` where no playbook knows the signal's kind. */
  playbookFor(signal: Pick<Signal, 'kind'>): Playbook;
  /** In the playbook's order. */
  causesOf(playbook: Playbook): readonly Cause[];
}

/** Every tool that the fact catalogue knows; one that is not configured in an installation is a gap of the conclusion, not an error. */
const KNOWN_TOOLS: ReadonlySet<string> = new Set(
  [...FACT_CATALOGUE.values()].map((definition) => definition.tool),
);

/** Parses and cross-checks the data files; throws `InputError` naming file and name. */
export function loadCatalogue(files: {
  readonly causes: readonly DataFile[];
  readonly playbooks: readonly DataFile[];
}): Catalogue {
  const causes = unique(files.causes.map(parseCause), 'cause');
  const playbooks = unique(files.playbooks.map(parsePlaybook), 'playbook');
  const byId = new Map(causes.map((cause) => [cause.id, cause]));
  for (const playbook of playbooks) check(playbook, byId);
  return Object.freeze({
    causes,
    playbooks,
    playbookFor(signal: Pick<Signal, 'kind'>) {
      const found = playbookFor(playbooks, signal);
      if (found) return found;
      throw new InputError(
        'PLAYBOOK_MISSING',
        `no playbook is for signals of kind ${signal.kind}`,
        {
          remedy: 'add one to playbooks/',
        },
      );
    },
    causesOf: (playbook: Playbook) => playbook.causes.flatMap((id) => byId.get(id) ?? []),
  });
}

function check(playbook: Playbook, causes: ReadonlyMap<string, Cause>): void {
  const refuse = (problem: string) =>
    new InputError('CATALOGUE_INVALID', `playbook ${playbook.id}: ${problem}`, {
      remedy: 'correct the name, or register what it names',
    });
  for (const { tool } of playbook.questions) {
    if (!KNOWN_TOOLS.has(tool)) throw refuse(`no tool is called ${tool}`);
  }
  const kinds = new Set(playbook.actions.map((action) => action.kind));
  const fallback = causes.get(UNEXPLAINED);
  if (!playbook.causes.includes(UNEXPLAINED)) throw refuse(`it must list the cause ${UNEXPLAINED}`);
  if (fallback && fallback.signature.length + fallback.refute.length > 0) {
    throw refuse(`the cause ${UNEXPLAINED} must hold whatever the facts are`);
  }
  for (const id of playbook.causes) {
    const cause = causes.get(id);
    if (!cause) throw refuse(`no cause is called ${id}`);
    const stray = cause.actions.find((kind) => !kinds.has(kind));
    if (stray) throw refuse(`cause ${id} calls for ${stray}, which the playbook does not offer`);
  }
}

function unique<Item extends { readonly id: string }>(
  items: readonly Item[],
  what: string,
): readonly Item[] {
  const ids = new Set<string>();
  for (const { id } of items) {
    if (ids.has(id)) {
      throw new InputError('CATALOGUE_INVALID', `two files define the ${what} ${id}`, {
        remedy: 'give one of them another id',
      });
    }
    ids.add(id);
  }
  return items;
}
