import { fileURLToPath } from 'node:url';
import { readProject } from './project.ts';
import { RULES } from './rules.ts';

const project = readProject(fileURLToPath(new URL('../../', import.meta.url)));
const violations = RULES.flatMap((rule) => rule(project));
for (const { file, line, rule, message } of violations) {
  console.log(`${file}:${line}: ${message} [${rule}]`);
}
console.log(`${project.files.length} files, ${violations.length} violations`);
process.exitCode = violations.length === 0 ? 0 : 1;
