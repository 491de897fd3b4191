import { relative } from 'node:path';
import { run } from 'node:test';
import { inspect } from 'node:util';
import type { Tally } from './tally.ts';

/** What to run the tests with. */
export interface TestRunOptions {
  readonly root: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
}

/** Two at a time: many of them start databases and processes of their own. */
const FILES_AT_ONCE = 2;
const TEST_TIMEOUT_MS = 15 * 60_000;

interface TestEvent {
  readonly name: string;
  readonly file?: string | undefined;
  readonly skip?: string | boolean | undefined;
  readonly todo?: string | boolean | undefined;
  readonly details: {
    readonly type?: string | undefined;
    readonly error?: unknown;
    readonly duration_ms: number;
  };
}

/** Runs test files in processes of their own and reports failures with their cause and skips with their reason. */
export async function runTests(files: readonly string[], options: TestRunOptions): Promise<Tally> {
  if (files.length === 0) return { passed: 0, failed: 0, skipped: 0 };
  const collected = new Collection(options);
  const stream = run({
    files: [...files],
    concurrency: FILES_AT_ONCE,
    timeout: TEST_TIMEOUT_MS,
    env: options.environment,
  });
  stream.on('test:pass', (event) => collected.pass(event));
  stream.on('test:fail', (event) => collected.fail(event));
  for await (const _event of stream) {
    // Reading keeps the stream going; what matters is taken above.
  }
  return collected.report();
}

class Collection {
  readonly #options: TestRunOptions;
  readonly #skips: string[] = [];
  readonly #files = new Set<string>();
  #passed = 0;
  #failed = 0;

  constructor(options: TestRunOptions) {
    this.#options = options;
  }

  pass(event: TestEvent): void {
    if (isGroup(event)) return;
    // A test that is still to be written proves nothing, so it counts as one that did not run.
    if (isSet(event.skip) || isSet(event.todo)) this.#skips.push(this.#describeSkip(event));
    else this.#passed += 1;
    this.#sayFile(event);
  }

  fail(event: TestEvent): void {
    // It fails because something in it failed, which is counted by itself.
    if (isFailureOfChildren(event.details.error)) return;
    this.#failed += 1;
    this.#options.say(`FAIL ${this.#place(event)}: ${event.name}\n${causeOf(event.details.error)}`);
  }

  report(): Tally {
    const { say } = this.#options;
    if (this.#skips.length > 0) say(`\nSkipped:\n${this.#skips.join('\n')}`);
    return { passed: this.#passed, failed: this.#failed, skipped: this.#skips.length };
  }

  #sayFile(event: TestEvent): void {
    const place = this.#place(event);
    if (this.#files.has(place)) return;
    this.#files.add(place);
    this.#options.say(`     ${place}`);
  }

  #describeSkip(event: TestEvent): string {
    const reason = [event.skip, event.todo].find(
      (value) => typeof value === 'string' && value !== '',
    );
    return `  ${this.#place(event)}: ${event.name}: ${String(reason ?? 'no reason given')}`;
  }

  #place({ file, name }: TestEvent): string {
    return file === undefined ? name : relative(this.#options.root, file);
  }
}

function isSet(mark: string | boolean | undefined): boolean {
  return mark !== undefined && mark !== false;
}

function isGroup({ details }: TestEvent): boolean {
  return details.type === 'suite';
}

function isFailureOfChildren(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'failureType' in error &&
    error.failureType === 'subtestsFailed'
  );
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause);
  return text.replaceAll(/^/gm, '     ');
}
