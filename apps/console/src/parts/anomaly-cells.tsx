import { formatMoney, type CostAnomaly } from '@counterfoil/core';
import { formatPercent } from '../text/names.ts';

/** The cells under `ANOMALY_COLUMNS`. */
export function AnomalyCells({ anomaly }: { readonly anomaly: CostAnomaly }) {
  return (
    <>
      <td className="number strong" data-label="Change per day">
        {formatMoney(anomaly.impactPerDay)}
      </td>
      <td className="number" data-label="Percent">
        {formatPercent(anomaly.impactPercent)}
      </td>
      <td className="nowrap" data-label="Since">
        {anomaly.onsetDate}
      </td>
    </>
  );
}
