import {
  AUTONOMY_LEVELS,
  InputError,
  isOpen,
  isSameScope,
  type AutonomyLevel,
  type AutonomyScope,
  type JsonObject,
} from '@counterfoil/core';
import { checkClosing, foldAutonomyActs, signAutonomy, signClosing } from '@counterfoil/policy';
import type { CommandContext } from '../command-context.ts';
import { withOperator } from '../state/operator-session.ts';
import { newId, systemClock } from '../state/operator-store.ts';
import { printJson, printLine } from '../terminal/terminal.ts';
import { askToSign, readReport, settingsOf, type AutonomyOptions } from './session.ts';

/** What the commands that set a level are told. */
export interface LevelOptions extends AutonomyOptions, AutonomyScope {
  readonly level: string;
}

/** `autonomy raise` and `lower`: signs a level for one scope, upon its newest act. */
export async function setLevel(
  context: CommandContext,
  direction: 'raise' | 'lower',
  options: LevelOptions,
): Promise<void> {
  const level = levelOf(options.level);
  const { release, environment, kind } = options;
  const scope = { release, environment, kind };
  await withOperator(context, options, async (session) => {
    const { scopes } = await readReport(context, options, session);
    const { initial } = settingsOf(context, options);
    const before = scopes.find((one) => isSameScope(one, scope));
    const registry = await session.registry();
    const recorded = await session.store.autonomy.acts();
    const { acts } = foldAutonomyActs(recorded, { registry, initial });
    const newest = acts.findLast((act) => isSameScope(act, scope));
    requireDirection(direction, newest?.level ?? initial, level);
    const signing = await askToSign(context, session, {
      options,
      shown: [
        `  ${kind} of ${release} in ${environment}`,
        `  from ${newest?.level ?? initial} to ${level}`,
        `  evidence: ${before ? `${before.evidence.right} right, ${before.evidence.wrong} wrong, ${before.evidence.falsePositives} of ${before.evidence.effects} effects false positives` : 'none'}`,
      ],
    });
    if (!signing) return;
    const statement = {
      ...{ ...signing.fields, ...scope, level },
      ...{ actId: newId('autonomy'), followsActId: newest?.actId ?? null },
    };
    const signed = signAutonomy(statement, signing.privateKey);
    const atMs = systemClock.nowMs();
    const after = foldAutonomyActs([...recorded, { type: 'set', signed, atMs }], {
      registry,
      initial,
    });
    const problem = after.acts.length > acts.length ? undefined : after.ignored.at(-1);
    if (problem) throw refused(problem);
    await session.store.autonomy.set(asJson(signed));
    const report = await readReport(context, options, session);
    const now = report.scopes.find((one) => isSameScope(one, scope));
    if (options.json === true) printJson(context.terminal, now);
    else {
      const why = now?.reason ? ` (${now.reason})` : '';
      printLine(context.terminal, `Signed: ${level}. In effect: ${now?.level ?? level}${why}.`);
    }
  });
}

/** `autonomy close-breaker`: signs that what a breaker stopped may go on; it counts afresh from then. */
export async function closeBreaker(
  context: CommandContext,
  openingId: string,
  options: AutonomyOptions,
): Promise<void> {
  await withOperator(context, options, async (session) => {
    const { openBreakers } = await readReport(context, options, session);
    const nowMs = systemClock.nowMs();
    const opening = openBreakers.find((one) => one.openingId === openingId && isOpen(one, nowMs));
    if (!opening) {
      throw new InputError('OPENING_UNKNOWN', `no breaker is open as ${openingId}`, {
        remedy: '`counterfoil autonomy show` lists those that are',
      });
    }
    const { breaker, kind, release, measured, max } = opening;
    const signing = await askToSign(context, session, {
      options,
      shown: [`  close ${breaker}, ${kind} of ${release}: ${measured} of at most ${max}`],
    });
    if (!signing) return;
    const signed = signClosing({ ...signing.fields, openingId }, signing.privateKey);
    const check = checkClosing(signed, openingId, await session.registry());
    if (check.type === 'invalid') throw refused(check);
    await session.store.autonomy.close(openingId, asJson(signed));
    if (options.json === true) printJson(context.terminal, { openingId, closed: true });
    else printLine(context.terminal, `Closed: ${breaker} counts afresh from now.`);
  });
}

function levelOf(text: string): AutonomyLevel {
  const levels = Object.keys(AUTONOMY_LEVELS) as AutonomyLevel[];
  const found = levels.find((one) => one === text);
  if (found) return found;
  throw new InputError('LEVEL_UNKNOWN', `there is no level ${text}`, {
    remedy: `give one of ${levels.join(', ')}`,
  });
}

function requireDirection(
  direction: 'raise' | 'lower',
  before: AutonomyLevel,
  level: AutonomyLevel,
): void {
  const step = AUTONOMY_LEVELS[level] - AUTONOMY_LEVELS[before];
  if (direction === 'raise' ? step > 0 : step < 0) return;
  throw new InputError('LEVEL_UNCHANGED', `${level} is no ${direction} from ${before}`, {
    remedy: 'see `counterfoil autonomy show`',
  });
}

/** A signed act that would not hold is not recorded; this says why. */
export function refused({ code, note }: { readonly code: string; readonly note: string }) {
  return new InputError(code, note, { remedy: 'docs/autonomy.md says who may do what' });
}

/** A signed statement as the store takes it. */
export function asJson(signed: object): JsonObject {
  return JSON.parse(JSON.stringify(signed)) as JsonObject;
}
