import { runCommandLine } from './program.ts';

process.exitCode = await runCommandLine(
  {
    terminal: {
      input: process.stdin,
      output: process.stdout,
      errors: process.stderr,
      environment: process.env,
    },
    workingDirectory: process.cwd(),
  },
  process.argv.slice(2),
);
