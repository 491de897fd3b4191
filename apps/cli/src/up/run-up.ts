import { openLakeAdmin } from '@counterfoil/lake-client';
import {
  loadConfiguration,
  stateDirectoryOf,
  type CommandContext,
  type LoadedConfiguration,
  type PlaceOptions,
} from '../command-context.ts';
import { renderSummary } from '../result/render-summary.ts';
import { openOperatorStore } from '../state/operator-store.ts';
import { secretReader } from '../state/read-secret.ts';
import { prepareStateDirectory, type StateDirectory } from '../state/state-directory.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { startProgress, type Progress } from '../terminal/progress.ts';
import { coloursOf, note, printJson, printLine } from '../terminal/terminal.ts';
import { billingPaths, localPaths } from './billing-paths.ts';
import { ensureDemoOrganisation } from './demo-organisation.ts';
import { listenForInterrupt, untilAborted, type Interrupt } from './interrupt.ts';
import { runMainJob, type MainJobOutcome } from './main-job.ts';
import { openInBrowser } from './open-in-browser.ts';
import { startPlatform, type Platform } from './platform.ts';
import { lakeSocket } from './settings.ts';

/** Options of `counterfoil up`. */
export interface UpOptions extends PlaceOptions {
  readonly demo?: boolean;
  readonly file?: readonly string[];
  readonly once?: boolean;
  readonly json?: boolean;
  readonly port?: number;
  readonly open?: boolean;
}

/** One run of `up`: what was asked, where, and how to tell. */
interface Run {
  readonly context: CommandContext;
  readonly options: UpOptions;
  readonly loaded: LoadedConfiguration;
  /** Billing files that were named; undefined where none were. */
  readonly files: readonly string[] | undefined;
  readonly state: StateDirectory;
  readonly progress: Progress;
  readonly interrupt: Interrupt;
}

const EXIT_INTERRUPTED = 130;

/** Starts everything, runs the main job, shows what it found, and stays until told to stop. */
export async function runUp(context: CommandContext, options: UpOptions): Promise<void> {
  const loaded = loadConfiguration(context, options);
  const files = options.file && billingPaths(options.file, context.workingDirectory);
  const state = stateDirectoryOf(context, options, loaded);
  prepareStateDirectory(state);
  const progress = startProgress(context.terminal, 'Starting');
  const interrupt = listenForInterrupt(process, () => process.exit(EXIT_INTERRUPTED));
  const run: Run = { context, options, loaded, files, state, progress, interrupt };
  try {
    await startAndWork(run);
  } catch (error) {
    progress.failed();
    throw error;
  } finally {
    interrupt.close();
  }
}

async function startAndWork(run: Run): Promise<void> {
  const { context, options, loaded, files, state, progress, interrupt } = run;
  const say = (text: string) => progress.say(text);
  const invented = options.demo === true && files === undefined;
  const demo = invented ? await ensureDemoOrganisation(state, say) : null;
  const platform = await startPlatform({
    state,
    loaded,
    demo,
    say,
    warn: (text) => progress.warn(text),
    environment: context.terminal.environment,
    readSecret: secretReader(context, loaded),
    mode: options.demo === true ? 'demo' : 'live',
    port: options.port,
    extent: 'all',
  });
  try {
    const mirror = state.exports;
    const { environment } = context.terminal;
    const local = await localPaths(files ?? demo?.files ?? [], { mirror, environment, say });
    const outcome = await work(run, platform, local);
    if (interrupt.signal.aborted) context.finish(EXIT_INTERRUPTED);
    else await present(run, platform, outcome);
  } finally {
    if (options.once !== true) note(context.terminal, 'Stopping …');
    await platform.stop();
  }
}

async function work(
  { progress, interrupt, state }: Run,
  platform: Platform,
  files: readonly string[],
): Promise<MainJobOutcome> {
  const { secrets } = platform.installation;
  const store = await openOperatorStore(platform.database.urls.cf_operator);
  try {
    const outcome = await runMainJob({
      store,
      files,
      lake: openLakeAdmin({ socket: lakeSocket(state), token: secrets.lakeToken }),
      say: (text) => progress.say(text),
      signal: interrupt.signal,
    });
    const { cases, dismissed } = outcome.result;
    progress.done(`Main job done: ${cases.length} cases, ${dismissed.length} dismissed`);
    return outcome;
  } finally {
    await store.close();
  }
}

async function present(run: Run, platform: Platform, outcome: MainJobOutcome): Promise<void> {
  const { context, options, interrupt } = run;
  const { terminal } = context;
  if (options.json === true) printJson(terminal, outcome.result);
  else printLine(terminal, `\n${renderSummary(terminal, outcome)}`);
  if (!outcome.settled) context.finish(EXIT.outside);
  if (options.once === true) return;
  announce(run, platform);
  // Never with an enrolment link: what a program is started with, every user of the machine can read.
  if (options.open === true) openInBrowser(platform.consoleUrl ?? '');
  await untilAborted(interrupt.signal);
}

/** Says where to approve. Beside JSON it is said on standard error. */
function announce({ context: { terminal }, options }: Run, platform: Platform): void {
  const colours = coloursOf(terminal, options.json === true ? 'errors' : 'output');
  const say = options.json === true ? note : printLine;
  const place = options.state === undefined ? '' : ` --state ${options.state}`;
  const base = platform.consoleUrl ?? '';
  for (const { personId, fragment, expiresAt } of platform.installation.links) {
    say(terminal, `\nConsole for ${personId}: ${colours.cyan(`${base}/${fragment}`)}`);
    say(
      terminal,
      colours.dim(
        `  the link enrols one browser key at a time until ${expiresAt}; keep it to yourself`,
      ),
    );
  }
  if (platform.installation.links.length === 0) say(terminal, `\nConsole: ${colours.cyan(base)}`);
  note(
    terminal,
    `\nIn another terminal: npm run counterfoil -- approvals list${place}. Ctrl-C stops everything.`,
  );
}
