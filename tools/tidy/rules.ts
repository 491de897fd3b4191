import type { Rule } from './project.ts';
import { checkArrows } from './rules/arrows.ts';
import { checkBans } from './rules/bans.ts';
import { checkCycles } from './rules/cycles.ts';
import { checkDocstrings } from './rules/docstrings.ts';
import { checkGuardSize } from './rules/guard-size.ts';
import { checkLockFile } from './rules/lock-file.ts';
import { checkNames } from './rules/names.ts';
import { checkPlaces } from './rules/places.ts';
import { checkSizes } from './rules/sizes.ts';

/** Every house rule that a machine keeps. */
export const RULES: readonly Rule[] = [
  checkArrows,
  checkCycles,
  checkSizes,
  checkBans,
  checkNames,
  checkPlaces,
  checkDocstrings,
  checkGuardSize,
  checkLockFile,
];
