import { renderCard, visibleLines, type CardField } from '@counterfoil/core';
import { openBinding } from '@counterfoil/guard';
import type { ApprovalRow } from '@counterfoil/store';
import { coloursOf, type Terminal } from '../terminal/terminal.ts';
import { wrapLine } from '../terminal/wrap.ts';

/** An approval request as text, rendered from the bound bytes alone; throws `IntegrityError` where they are not those of the digest. */
export function renderApproval(terminal: Terminal, row: ApprovalRow): string {
  const colours = coloursOf(terminal);
  const card = renderCard(openBinding(row.action.action.bindingText, row.digest));
  const { requirement, deadlineAt } = row.request;
  const people = requirement.quorum === 1 ? 'one person' : `${requirement.quorum} people`;
  return [
    colours.bold(card.title),
    ...card.sections.flatMap(({ heading, fields }) => [
      '',
      colours.bold(heading),
      ...fields.map(renderField),
    ]),
    '',
    colours.bold('Approval'),
    `  Needs: ${people} with ${requirement.roles.join(' or ')}, signed by ${requirement.assurance} or stronger`,
    `  Answer by: ${deadlineAt}`,
    `  Status: ${row.action.status.replaceAll('_', ' ')}`,
    `  Digest: ${row.digest}`,
  ].join('\n');
}

/** Longer than this, a quoted value gets lines of its own, so that all of it can be read before it is signed. */
const QUOTE_LENGTH_MAX = 60;

/**
 * Text that a tenant or a model may have written stands in quotation marks, or behind a bar on every line, and cannot
 * pass for ours.
 */
function renderField({ label, value, origin }: CardField): string {
  if (origin === 'stated') return `  ${label}: ${value}`;
  const lines = visibleLines(value);
  if (lines.length === 1 && value.length <= QUOTE_LENGTH_MAX) return `  ${label}: "${value}"`;
  return [`  ${label}:`, ...lines.flatMap(wrapLine).map((line) => `    │ ${line}`)].join('\n');
}
