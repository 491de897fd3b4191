import { count, indexesOf, ofKinds, type Claim } from './claim.ts';

/** Every conclusion names its data. */
export const dataTraceable: Claim = {
  claimId: 'data_traceable',
  statement:
    'Every case names the version of the data that it rests on, and every version the files it was made of, with their digests and reconciled totals.',
  method: 'Ingest reports and opened cases of the period are listed with their data versions.',
  assess: ({ inPeriod }) => {
    const ingests = ofKinds(inPeriod, 'ingest_completed');
    const opened = ofKinds(inPeriod, 'case_opened');
    const nameless = opened.filter(({ entry }) => typeof entry.facts['dataVersion'] !== 'string');
    const held = ingests.length + opened.length > 0 ? 'shown' : 'nothing_happened';
    return {
      status: nameless.length > 0 ? 'contradicted' : held,
      note: `${count(ingests.length, 'ingest')}, ${count(opened.length, 'case')}`,
      figures: { ingests: ingests.length, cases: opened.length, withoutVersion: nameless.length },
      entries: indexesOf([...ingests, ...opened]).toSorted((a, b) => a - b),
    };
  },
};
