import { InputError } from '@counterfoil/core';
import { LineCounter, isNode, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';

/** One file of `causes/` or `playbooks/`, as text: the app reads the disk, the engine only judges. */
export interface DataFile {
  /** Name for messages, e.g. `causes/new_resource.yaml`. */
  readonly name: string;
  readonly text: string;
}

/** Parses one YAML data file against its schema; throws `InputError` with file and line. Unknown keys are errors. */
export function readDataFile<Schema extends z.ZodType>(
  schema: Schema,
  file: DataFile,
): z.infer<Schema> {
  const lines = new LineCounter();
  const document = parseDocument(file.text, { lineCounter: lines, uniqueKeys: true });
  const [syntaxError] = document.errors;
  if (syntaxError) {
    const line = lines.linePos(syntaxError.pos[0]).line;
    throw malformed(file, line, syntaxError.message.split('\n')[0] ?? 'not YAML');
  }
  const result = schema.safeParse(document.toJS());
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path ?? [];
  const field = path.length === 0 ? 'the file' : path.join('.');
  throw malformed(file, lineOf(document, lines, path), `${field}: ${issue?.message ?? 'invalid'}`);
}

function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

/** The error of a data file, in the one form that names file, line, problem and remedy. */
export function malformed(file: Pick<DataFile, 'name'>, line: number, problem: string): InputError {
  return new InputError('DATA_FILE_INVALID', `${file.name}:${line}: ${problem}`, {
    remedy: 'correct the named line; docs/catalog lists the known names',
    details: { file: file.name, line },
  });
}
