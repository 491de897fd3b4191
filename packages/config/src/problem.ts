/** One thing wrong with the configuration file. `line` and `column` begin at 1. */
export interface ConfigurationProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Dotted path of the field, empty for the file as a whole. */
  readonly field: string;
  readonly problem: string;
  readonly remedy: string;
}

/** `file:line:column: field: problem (remedy)`, the form that editors can jump to. */
export function formatProblem(problem: ConfigurationProblem): string {
  const place = `${problem.file}:${problem.line}:${problem.column}`;
  const field = problem.field === '' ? '' : ` ${problem.field}:`;
  return `${place}:${field} ${problem.problem} (${problem.remedy})`;
}
