import { runCommandLine } from './program.ts';
import { outliveReaders } from './terminal/terminal.ts';

const terminal = {
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
  environment: process.env,
};
outliveReaders(terminal);

process.exitCode = await runCommandLine(
  { terminal, workingDirectory: process.cwd() },
  process.argv.slice(2),
);
