import type { Json } from '../kernel/json.ts';
import { formatMoney } from '../kernel/money.ts';
import type { ActionBinding } from '../proposal/action.ts';

/**
 * One line of a card. `quoted` values may have been typed by a tenant or a model: a renderer must set them apart
 * (quotation marks, a fence) so that they cannot pass for our own words.
 */
export interface CardField {
  readonly label: string;
  readonly value: string;
  readonly origin: 'stated' | 'quoted';
}

export interface CardSection {
  readonly sectionId:
    | 'preview'
    | 'parameters'
    | 'place'
    | 'targets'
    | 'blast_radius'
    | 'undo'
    | 'estimated_effect'
    | 'validity'
    | 'origin';
  readonly heading: string;
  readonly fields: readonly CardField[];
}

/** What an approver reads, made from the bound bytes and from nothing else. Every text in it is safe to print. */
export interface Card {
  readonly title: string;
  readonly kind: string;
  readonly environment: string;
  readonly expiresAt: string;
  /** In reading order: what happens, with what, where, how far, how back; then every detail. */
  readonly sections: readonly CardSection[];
}

/** Renders the card of a binding, the same for console, terminal and chat. Never uses model text as its own. */
export function renderCard(binding: ActionBinding): Card {
  const { blastRadius, undo, estimatedEffect } = binding;
  return {
    title: titleOf(binding),
    kind: visibleText(binding.kind),
    environment: visibleText(binding.environment),
    expiresAt: visibleText(binding.expiresAt),
    sections: [
      section('preview', 'What will happen', [quoted('Preview', binding.preview)]),
      section('parameters', 'With exactly these parameters', parameterFields(binding)),
      section('place', 'Where', [
        stated('Account', binding.account === '-' ? 'outside any account' : binding.account),
        stated('Region', binding.region === '-' ? 'none' : binding.region),
        stated('Environment', binding.environment),
      ]),
      section('blast_radius', 'Blast radius', [
        stated('Targets', String(blastRadius.targets.length)),
        stated('Accounts', blastRadius.accounts.join(', ') || 'none'),
        stated('Felt by', blastRadius.note),
      ]),
      section('undo', 'Undo', [
        stated('Reversibility', undo.reversibility),
        ...undo.steps.map((step, index) => stated(`Step ${index + 1}`, step)),
      ]),
      section('estimated_effect', 'Estimated effect', [
        stated(
          'Saving',
          estimatedEffect ? `${formatMoney(estimatedEffect.perDay)} a day` : 'not estimated',
        ),
      ]),
      section('targets', 'Targets and their state when proposed', targetFields(binding)),
      section('validity', 'Validity', [
        stated('Proposed', binding.proposedAt),
        stated('Expires', binding.expiresAt),
      ]),
      section('origin', 'Where it comes from', originFields(binding)),
    ],
  };
}

/**
 * Text as a person may safely see it: control, direction-changing, zero-width and line-breaking characters are
 * written as `\u{202E}`, so that nothing can be hidden, reordered or sent to a terminal.
 */
export function visibleText(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    const code = character.codePointAt(0)?.toString(16).toUpperCase() ?? '';
    return `\\u{${code.padStart(4, '0')}}`;
  });
}

/**
 * The lines of a text, each made visible by itself; line breaks made visible before count as such. Whoever prints them
 * sets every line apart, so that none can pass for our own words.
 */
export function visibleLines(text: string): readonly string[] {
  return visibleText(text).split(visibleText('\n'));
}

/** Controls (Cc), formats (Cf: bidirectional, zero-width, tags), line separators, surrogates, private use, fillers that draw nothing. */
const INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\u034F\u115F\u1160\u3164\uFFA0\uFE00-\uFE0F]/gu;

function titleOf(binding: ActionBinding): string {
  const segments = binding.kind.split('.');
  const verb = (segments.at(-1) ?? binding.kind).replaceAll('_', ' ');
  const system = segments.slice(0, -1).join(' ').toUpperCase();
  const title = `${verb.slice(0, 1).toUpperCase()}${verb.slice(1)}`;
  return visibleText(system ? `${title} · ${system}` : title);
}

function targetFields(binding: ActionBinding): CardField[] {
  const { preconditions, blastRadius } = binding;
  const described = new Set(preconditions.map(({ target }) => target));
  return [
    ...preconditions.flatMap(({ target, state }) => [
      stated('Target', target),
      ...flatten(state, '').map(([path, value]) => quoted(path, value)),
    ]),
    ...blastRadius.targets
      .filter((target) => !described.has(target))
      .map((target) => stated('Target', target)),
  ];
}

function parameterFields(binding: ActionBinding): CardField[] {
  const fields = Object.entries(binding.parameters).flatMap(([name, value]) => {
    const trusted = (binding.parameterLabels[name]?.integrity ?? 0) > 0;
    return flatten(value, name).map(([path, text]) => (trusted ? stated : quoted)(path, text));
  });
  // A body stands below its title: what has many lines comes last.
  return fields.toSorted(
    (a, b) => Number(visibleLines(a.value).length > 1) - Number(visibleLines(b.value).length > 1),
  );
}

function originFields(binding: ActionBinding): CardField[] {
  return [
    stated('Case', binding.caseId),
    stated('Action', binding.actionId),
    stated('Tenant', binding.tenant),
    stated('Proposed by', binding.proposer),
    stated('On behalf of', binding.onBehalfOf),
    stated('Release', binding.release),
    stated('Change record', binding.changeId ?? 'none'),
    stated('Policy bundle', binding.policyBundleSha256),
    stated('Parameter schema', binding.parametersSchemaSha256),
    stated('Nonce', binding.nonce),
  ];
}

/** Leaves of a JSON value as path and text; an empty list or object is a leaf, so that nothing bound goes unshown. */
function flatten(value: Json, path: string): (readonly [string, string])[] {
  if (value === null || typeof value !== 'object') return [[path, String(value)]];
  const entries = Array.isArray(value)
    ? value.map((item: Json, index) => [`${path}[${index}]`, item] as const)
    : Object.entries(value as { readonly [key: string]: Json }).map(
        ([key, item]) => [path ? `${path}.${key}` : key, item] as const,
      );
  if (entries.length === 0) return [[path, Array.isArray(value) ? '[]' : '{}']];
  return entries.flatMap(([childPath, item]) => flatten(item, childPath));
}

function section(
  sectionId: CardSection['sectionId'],
  heading: string,
  fields: readonly CardField[],
): CardSection {
  return { sectionId, heading, fields };
}

function stated(label: string, value: string): CardField {
  return { label: visibleText(label), value: visibleText(value), origin: 'stated' };
}

function quoted(label: string, value: string): CardField {
  return { label: visibleText(label), value: visibleText(value), origin: 'quoted' };
}
