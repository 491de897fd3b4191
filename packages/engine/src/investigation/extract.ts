import type { CaseState, ExtractionSchema, Investigator, Observation } from '@counterfoil/core';
import { endorse, INFLUENCE_BITS_MAX, type Extracted } from '../handles/endorse.ts';
import type { Playbook } from '../playbooks/playbook.ts';
import { answerOf, bitsTaken, EXTRACT_TOOL } from './ask-investigator.ts';
import { factsOf } from './references.ts';

type Extraction = Playbook['extractions'][number];

/**
 * The next text of a case that may be read in quarantine: somebody may have typed it, so all that comes of it is a member of the
 * playbook's closed list, or nothing. Null where none is left, or nobody reads.
 */
export async function extractNext(
  investigator: Investigator,
  state: Pick<CaseState, 'signal' | 'observations'>,
  playbook: Playbook,
): Promise<Observation | null> {
  if (!investigator.extract) return null;
  const { signal, observations } = state;
  const facts = factsOf(signal, observations);
  for (const [place, extraction] of playbook.extractions.entries()) {
    const observationId = `obs-extract-${place + 1}`;
    const text = facts[extraction.from];
    const isDone = observations.some((one) => one.observationId === observationId);
    if (isDone || typeof text !== 'string' || text === '') continue;
    const extracted = await readOne(investigator, text, { extraction, observations, signal });
    return recordOf(observationId, extraction, extracted);
  }
  return null;
}

async function readOne(
  investigator: Investigator,
  text: string,
  given: {
    readonly extraction: Extraction;
    readonly observations: readonly Observation[];
    readonly signal: CaseState['signal'];
  },
): Promise<Extracted | null> {
  const { extraction, observations, signal } = given;
  const [first = '', ...rest] = extraction.values;
  const schema: ExtractionSchema = { type: 'enum', values: [first, ...rest] };
  const source = observations.find(({ facts }) => extraction.from in facts);
  const claim = await answerOf(async (abort) => investigator.extract?.(text, schema, abort));
  const extracted = endorse(claim, schema, {
    integrity: 0,
    confidentiality: 1,
    scopes: signal.scopeAccounts,
    sources: source ? [source.observationId] : [],
  });
  const isAffordable = (extracted?.bits ?? 0) <= INFLUENCE_BITS_MAX - bitsTaken(observations);
  return isAffordable ? extracted : null;
}

function recordOf(
  observationId: string,
  { fact, from, values }: Extraction,
  extracted: Extracted | null,
): Observation {
  return {
    observationId,
    tool: EXTRACT_TOOL,
    question: `Which of ${values.length} values does a typed text name?`,
    status: extracted ? 'answered' : 'no_data',
    finding: extracted
      ? `It names one of them; that took ${extracted.bits} bits.`
      : 'It names none of them, or no more bits are left.',
    facts: {
      [fact]: extracted?.value ?? null,
      'investigator.bits': extracted?.bits ?? 0,
    },
    source: from,
  };
}
