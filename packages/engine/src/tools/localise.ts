import type { CaseLake, RootCause, Tool } from '@counterfoil/core';
import { lakeTool } from './lake-tool.ts';

/** Which element of the bill explains the change. */
export function localiseTool(lake: CaseLake): Tool {
  return lakeTool(lake, {
    name: 'lake.localise',
    description:
      'Localises the change over account, service, region, usage type, resource and tag.',
    async read(_subject, _lake, caseId) {
      const { queryId, causes, leaves } = await lake.localise(caseId);
      const [top] = causes;
      const question = 'Which part of the bill explains the change?';
      const source = `lake:${queryId}`;
      if (!top) {
        const finding = `None of ${leaves} elements of the bill explains the change.`;
        return { status: 'no_data', question, finding, facts: {}, source };
      }
      const finding = `The strongest of ${causes.length} root causes explains ${Math.round(top.share * 100)} % of the change.`;
      return { status: 'answered', question, finding, facts: factsOf(top, causes), source };
    },
  });
}

function factsOf(top: RootCause, causes: readonly RootCause[]) {
  const { element, resources } = top;
  return {
    'root.subAccountId': element.subAccountId ?? null,
    'root.serviceName': element.serviceName ?? null,
    'root.regionId': element.regionId ?? null,
    'root.usageType': element.usageType ?? null,
    'root.resourceId': element.resourceId ?? resources[0]?.resourceId ?? null,
    'root.share': top.share,
    'root.score': top.score,
    'root.deltaPerDay': top.deltaPerDay.amount,
    'root.resourceCount': resources.length,
    'root.causesJson': JSON.stringify(causes),
  };
}
