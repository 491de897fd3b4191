import { formatMoney, visibleText, type JsonObject } from '@counterfoil/core';
import { readIngestReport, type IngestedFile, type IngestReport } from '../text/ingest-report.ts';
import { Badge } from './badge.tsx';
import { JsonView } from './json-view.tsx';
import { ListHead } from './list-head.tsx';

const FILE_COLUMNS = [
  { label: 'File' },
  { label: 'Format' },
  { label: 'Rows', align: 'figures' },
  { label: 'Rejected', align: 'figures' },
  { label: 'Total', align: 'figures' },
  { label: 'Reconciled' },
] as const;

/** One ingest: what was read, whether it reconciles, what was rejected, and what is odd about the data. */
export function IngestView({ report }: { readonly report: JsonObject }) {
  const known = readIngestReport(report);
  if (!known) return <JsonView value={report} />;
  return (
    <>
      <p>
        {known.rowsRead.toLocaleString('en-GB')} rows, {known.fromDate} to {known.toDate}, data
        version <code>{known.versionId}</code> <ReconciledBadge isReconciled={known.isReconciled} />
      </p>
      <table className="list list-inner">
        <ListHead columns={FILE_COLUMNS} />
        <tbody>
          {known.files.map((file) => (
            <FileRow key={file.name} file={file} />
          ))}
        </tbody>
      </table>
      <Quality report={known} />
      <Problems report={known} />
      <Findings report={known} />
      <details className="whole">
        <summary>The whole report</summary>
        <pre className="bytes">
          {visibleText(JSON.stringify(report, null, 1)).replaceAll('\\u{000A}', '\n')}
        </pre>
      </details>
    </>
  );
}

function ReconciledBadge({ isReconciled }: { readonly isReconciled: boolean }) {
  return isReconciled ? (
    <Badge tone="good">To the last digit</Badge>
  ) : (
    <Badge tone="bad">Does not reconcile</Badge>
  );
}

function FileRow({ file }: { readonly file: IngestedFile }) {
  return (
    <tr>
      <th scope="row" className="list-main breakable">
        {visibleText(file.name)}
      </th>
      <td data-label="Format">{file.layout}</td>
      <td className="number" data-label="Rows">
        {file.rowsRead.toLocaleString('en-GB')}
      </td>
      <td className="number" data-label="Rejected">
        {file.rowsRejected.toLocaleString('en-GB')}
      </td>
      <td className="number" data-label="Total">
        <span>
          {file.totals.map(({ column, currency, loaded }) => (
            <span key={currency} className="stacked">
              {formatMoney({ amount: loaded, currency })} <span className="unit">{column}</span>
            </span>
          ))}
        </span>
      </td>
      <td data-label="Reconciled">
        <ReconciledBadge isReconciled={file.isReconciled} />
      </td>
    </tr>
  );
}

function Quality({ report: { quality } }: { readonly report: IngestReport }) {
  if (quality?.isGood === true) return null;
  const reasons = quality?.reasons ?? ['it could not be judged'];
  return (
    <>
      <h3>Data quality is lowered: nothing runs on these data without being asked</h3>
      <ul className="plain-list">
        {reasons.map((reason) => (
          <li key={reason}>{visibleText(reason)}</li>
        ))}
      </ul>
    </>
  );
}

function Problems({ report }: { readonly report: IngestReport }) {
  if (report.problemsCount === 0) return null;
  return (
    <>
      <h3>Rows that did not parse: {report.problemsCount.toLocaleString('en-GB')}</h3>
      <ul className="plain-list">
        {report.problems.map((problem) => (
          <li key={`${problem.file} ${problem.row} ${problem.column}`}>
            {visibleText(problem.file)}, row {problem.row}, <code>{problem.column}</code>:{' '}
            {visibleText(problem.reason)} <code>{visibleText(problem.value)}</code>
          </li>
        ))}
      </ul>
    </>
  );
}

function Findings({ report }: { readonly report: IngestReport }) {
  if (report.findings.length === 0) return null;
  return (
    <>
      <h3>What is odd about the data</h3>
      <ul className="plain-list">
        {report.findings.map((finding) => (
          <li key={`${finding.code} ${finding.subject} ${finding.message}`}>
            <Badge tone={finding.severity === 'warning' ? 'attention' : 'neutral'}>
              {finding.severity === 'warning' ? 'Warning' : 'Note'}
            </Badge>{' '}
            {finding.subject === '' ? null : <strong>{visibleText(finding.subject)}: </strong>}
            {visibleText(finding.message)} <code>{finding.code}</code>
          </li>
        ))}
      </ul>
    </>
  );
}
