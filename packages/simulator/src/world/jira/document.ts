import type { Json, JsonObject } from '@counterfoil/core';

/** Whether a value is a document of Atlassian's format, as far as plain paragraphs go. */
export function isDocument(value: Json): boolean {
  const root = value as JsonObject | null;
  return root?.['type'] === 'doc' && root['version'] === 1 && childrenOf(root).every(isNode);
}

/** The text of a document, a line per paragraph. */
export function documentText(value: Json | undefined): string {
  return childrenOf((value ?? {}) as JsonObject)
    .map((paragraph) =>
      childrenOf(paragraph)
        .map((node) => node['text'] ?? '')
        .join(''),
    )
    .join('\n');
}

function isNode(node: JsonObject): boolean {
  if (node['type'] === 'text') return typeof node['text'] === 'string' && node['text'] !== '';
  return typeof node['type'] === 'string' && childrenOf(node).every(isNode);
}

function childrenOf(node: JsonObject): readonly JsonObject[] {
  const { content } = node;
  return Array.isArray(content) ? (content as unknown as readonly JsonObject[]) : [];
}
