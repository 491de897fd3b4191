import { Link } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import {
  formatMoney,
  visibleText,
  type CaseState,
  type Conclusion,
  type CostAnomaly,
  type ImpactInterval,
} from '@counterfoil/core';
import { caseQuery } from '../api/queries.ts';
import { ActionBadge, Badge, CaseBadge, CompletenessBadge } from '../parts/badge.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { JournalList } from '../parts/journal-list.tsx';
import { ObservationList } from '../parts/observation-list.tsx';
import { RootCauseList } from '../parts/root-cause-list.tsx';
import { DigestText } from '../parts/values.tsx';
import { formatPercent, humanise } from '../text/names.ts';

const VERDICT_TONES = { supported: 'good', refuted: 'neutral', undecided: 'attention' } as const;

/** One case: why, by how much, on what evidence, what was proposed, and every step. */
export function CasePage({ caseId }: { readonly caseId: string }) {
  const query = useQuery(caseQuery(caseId));
  return (
    <>
      <p className="crumb">
        <Link to="/">Cases</Link> / <code>{caseId}</code>
      </p>
      <Loaded query={query}>
        {({ state, journal }) => (
          <>
            <Head state={state} />
            <Figures state={state} />
            {state.conclusion ? <Why conclusion={state.conclusion} /> : null}
            <Actions state={state} />
            <section>
              <h2>Observations</h2>
              <ObservationList
                observations={state.conclusion?.observations ?? state.observations}
              />
            </section>
            <section>
              <h2>Timeline</h2>
              <JournalList journal={journal} />
            </section>
          </>
        )}
      </Loaded>
    </>
  );
}

function Head({ state }: { readonly state: CaseState }) {
  const { conclusion } = state;
  const concluded = conclusion?.completeness.complete ? 'complete' : 'incomplete';
  return (
    <>
      <PageTitle title={conclusion ? humanise(conclusion.causeId) : 'Under investigation'}>
        <CaseBadge status={state.status} />
        <CompletenessBadge completeness={conclusion ? concluded : 'pending'} />
      </PageTitle>
      {conclusion ? <p className="summary">{visibleText(conclusion.summary)}</p> : null}
      {state.ending ? <p className="muted">Ended: {visibleText(state.ending.reason)}</p> : null}
      {conclusion && !conclusion.completeness.complete ? <Gaps conclusion={conclusion} /> : null}
    </>
  );
}

function Gaps({ conclusion }: { readonly conclusion: Conclusion }) {
  return (
    <div className="note note-bad">
      <p>
        <strong>Incomplete: not everything could be read.</strong> Nothing that changes a cloud
        account is proposed from it.
      </p>
      <ul>
        {conclusion.completeness.gaps.map((gap) => (
          <li key={`${gap.tool} ${gap.code} ${gap.note}`}>
            {visibleText(gap.note)} <code>{gap.tool}</code> <code>{gap.code}</code>
          </li>
        ))}
      </ul>
    </div>
  );
}

function onsetText({ onsetDate, onsetHour }: CostAnomaly): string {
  return onsetHour === undefined
    ? onsetDate
    : `${onsetDate} ${String(onsetHour).padStart(2, '0')}:00 UTC`;
}

/** The interval of the impact so far, where there is one. */
function likelyText(interval: ImpactInterval | undefined): string {
  if (interval === undefined) return '';
  const { confidencePercent, totalLow, totalHigh } = interval;
  return `; ${confidencePercent} % between ${formatMoney(totalLow)} and ${formatMoney(totalHigh)}`;
}

function aheadText(interval: ImpactInterval | undefined): string {
  if (interval?.per30DaysLow === undefined || interval.per30DaysHigh === undefined) return '';
  const { confidencePercent, per30DaysLow, per30DaysHigh } = interval;
  return `; ${confidencePercent} % between ${formatMoney(per30DaysLow)} and ${formatMoney(per30DaysHigh)}`;
}

function Figures({ state }: { readonly state: CaseState }) {
  const { anomaly, dataVersion } = state.signal;
  const figures = [
    ['Change per day', formatMoney(anomaly.impactPerDay), formatPercent(anomaly.impactPercent)],
    ['Expected per day', formatMoney(anomaly.expectedPerDay), 'by the detector'],
    ['Actual per day', formatMoney(anomaly.actualPerDay), anomaly.basis],
    [
      'Since the onset',
      formatMoney(anomaly.impactTotal),
      `${onsetText(anomaly)} to ${anomaly.lastDate}${likelyText(anomaly.impactInterval)}`,
    ],
    ...(anomaly.projectedPer30Days === undefined
      ? []
      : [
          [
            'In 30 more days',
            formatMoney(anomaly.projectedPer30Days),
            `at this rate${aheadText(anomaly.impactInterval)}`,
          ] as const,
        ]),
  ] as const;
  return (
    <section aria-label="Figures">
      <dl className="figures">
        {figures.map(([label, value, note]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              {value}
              <span className="sub">{note}</span>
            </dd>
          </div>
        ))}
      </dl>
      <p className="sources">
        Figures by{' '}
        {anomaly.queryIds.map((queryId) => (
          <code key={queryId}>{queryId} </code>
        ))}
        over data version <code>{dataVersion}</code>
      </p>
    </section>
  );
}

function Why({ conclusion }: { readonly conclusion: Conclusion }) {
  return (
    <section>
      <h2>Root cause</h2>
      <RootCauseList causes={conclusion.rootCauses} />
      <h3>Causes considered</h3>
      <ul className="evidence">
        {conclusion.evidence.map((item) => (
          <li key={item.causeId}>
            <Badge tone={VERDICT_TONES[item.verdict]}>{humanise(item.verdict)}</Badge>{' '}
            {humanise(item.causeId)}{' '}
            <span className="muted">
              score {item.score.toLocaleString('en-GB', { maximumFractionDigits: 2 })}
              {item.observationIds.length > 0 ? ', by ' : null}
              {item.observationIds.map((id, index) => (
                <span key={id}>
                  {index > 0 ? ', ' : ''}
                  <a href={`#${id}`}>{id}</a>
                </span>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Actions({ state }: { readonly state: CaseState }) {
  const withheld = state.proposal?.withheld ?? [];
  if (state.actions.length === 0 && withheld.length === 0) return null;
  return (
    <section>
      <h2>Actions</h2>
      <ul className="actions">
        {state.actions.map(({ action, status, refusal, verification }) => (
          <li key={action.digest}>
            <Link to="/approvals/$digest" params={{ digest: action.digest }}>
              {visibleText(action.binding.preview)}
            </Link>
            <span className="action-facts">
              <ActionBadge status={status} />
              <code>{action.binding.kind}</code>
              <DigestText digest={action.digest} />
            </span>
            {refusal ? (
              <span className="sub">
                {visibleText(refusal.reason)} <code>{refusal.code}</code>
              </span>
            ) : null}
            {verification ? <span className="sub">{visibleText(verification.note)}</span> : null}
          </li>
        ))}
        {withheld.map(({ kind, reason }) => (
          <li key={kind}>
            <span>
              Not proposed: <code>{kind}</code>
            </span>
            <span className="sub">{visibleText(reason)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
