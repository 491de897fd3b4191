import { formatMoney, visibleText, type RootCause } from '@counterfoil/core';
import { formatShare } from '../text/names.ts';
import { ElementList } from './values.tsx';

/** The localised causes, with the part of the change that each explains. */
export function RootCauseList({ causes }: { readonly causes: readonly RootCause[] }) {
  if (causes.length === 0) return <p className="muted">No element explains the change.</p>;
  return (
    <ol className="causes">
      {causes.map((cause) => (
        <li key={JSON.stringify(cause.element)}>
          <div className="cause-head">
            <strong>{formatMoney(cause.deltaPerDay)}</strong> a day, {formatShare(cause.share)} of
            the change
            <progress
              max={1}
              value={Math.min(1, Math.max(0, cause.share))}
              aria-label={`Share of the change: ${formatShare(cause.share)}`}
            />
          </div>
          <ElementList element={cause.element} />
          <Resources cause={cause} />
        </li>
      ))}
    </ol>
  );
}

function Resources({ cause }: { readonly cause: RootCause }) {
  if (cause.resources.length === 0) return null;
  return (
    <details>
      <summary>Resources behind it ({cause.resources.length})</summary>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">Resource</th>
            <th scope="col" className="number">
              Change per day
            </th>
          </tr>
        </thead>
        <tbody>
          {cause.resources.map(({ resourceId, deltaPerDay }) => (
            <tr key={resourceId}>
              <td className="breakable">{visibleText(resourceId)}</td>
              <td className="number">{formatMoney(deltaPerDay)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
