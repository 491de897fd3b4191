import type { CaseLake, CostDimension, Tool } from '@counterfoil/core';
import { statusOf } from './daily-series.ts';
import { lakeTool } from './lake-tool.ts';
import { periodsOf, reader, usageFilter } from './subject.ts';

/** Spellings under which people keep the two tags that say whose a resource is. */
const ENVIRONMENT_TAGS: readonly CostDimension[] = [
  'tag:environment',
  'tag:Environment',
  'tag:env',
];
/** AWS takes 256 characters for the value of a tag. */
const TAG_CHARACTERS_MAX = 256;
const OWNER_TAGS: readonly CostDimension[] = ['tag:owner', 'tag:Owner'];

/**
 * Whether the resources say whose they are. Presence is counted; the value of the environment tag is handed on as text that
 * anybody may have typed, which only a closed list can make more of.
 */
export function resourceTagsTool(lake: CaseLake): Tool {
  return lakeTool(lake, {
    name: 'lake.resource_tags',
    description: 'Counts resources behind an element that lack an environment or an owner tag.',
    async read(subject, _lake, caseId) {
      const { after } = periodsOf(subject);
      const answer = await lake.query(caseId, {
        measures: [subject.basis],
        groupBy: ['resourceId', ...ENVIRONMENT_TAGS, ...OWNER_TAGS],
        filter: { ...usageFilter(subject.element), resourceId: subject.resourceIds },
        fromDate: after.fromDate,
        toDate: after.toDate,
      });
      const read = reader(answer);
      const rows = answer.rows.filter((row) => read(row, 'resourceId') !== null);
      const idsWith = (tags: readonly CostDimension[]) =>
        new Set(
          rows
            .filter((row) => tags.some((tag) => (read(row, tag) ?? '') !== ''))
            .map((row) => read(row, 'resourceId')),
        );
      const count = new Set(rows.map((row) => read(row, 'resourceId'))).size;
      const facts = {
        'tags.resourceCount': count,
        'tags.withoutEnvironment': count - idsWith(ENVIRONMENT_TAGS).size,
        'tags.withoutOwner': count - idsWith(OWNER_TAGS).size,
        'tags.environmentText': onlyOne(
          rows.flatMap((row) => ENVIRONMENT_TAGS.map((tag) => read(row, tag) ?? '')),
        ),
      };
      return {
        status: statusOf(answer.truncated, count),
        question: 'Do the resources say whose they are?',
        finding: `Of ${count}, without an environment tag: ${facts['tags.withoutEnvironment']}; without an owner tag: ${facts['tags.withoutOwner']}.`,
        facts,
        source: `lake:${answer.queryId}`,
      };
    },
  });
}

/** The one text that all agree on; null where there is none or several. */
function onlyOne(texts: readonly string[]): string | null {
  const different = new Set(texts.filter((text) => text !== ''));
  const [only = null] = different;
  return different.size === 1 && only !== null ? only.slice(0, TAG_CHARACTERS_MAX) : null;
}
