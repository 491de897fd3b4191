/** A document of Jira's rich text format (Atlassian Document Format, version 1) that holds plain paragraphs. */
export interface JiraDocument {
  readonly type: 'doc';
  readonly version: 1;
  readonly content: readonly {
    readonly type: 'paragraph';
    readonly content: readonly { readonly type: 'text'; readonly text: string }[];
  }[];
}

/** One paragraph per line. Text nodes carry no marks, so nothing in the text can become a link, a mention or a macro. */
export function documentOf(text: string): JiraDocument {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return {
    type: 'doc',
    version: 1,
    content: lines.map((line) => ({ type: 'paragraph', content: [{ type: 'text', text: line }] })),
  };
}
