#!/usr/bin/env node
// @ts-check
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setUpAndRun } from '../tools/setup/set-up-and-run.mjs';

process.exitCode = await setUpAndRun({
  root: join(dirname(fileURLToPath(import.meta.url)), '..'),
  cwd: process.cwd(),
  args: ['counterfoil', ...process.argv.slice(2)],
});
