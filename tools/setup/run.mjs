#!/usr/bin/env node
// @ts-check
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setUpAndRun } from './set-up-and-run.mjs';

// npm runs scripts in the project's folder; files given on the command line are relative to where the caller stands.
const cwd = process.env['npm_lifecycle_event'] === undefined ? undefined : process.env['INIT_CWD'];
process.exitCode = await setUpAndRun({
  root: join(dirname(fileURLToPath(import.meta.url)), '..', '..'),
  cwd: cwd ?? process.cwd(),
  args: process.argv.slice(2),
});
