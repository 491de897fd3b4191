import ora from 'ora';
import { note, type Terminal } from './terminal.ts';

/** A long step that reports on standard error. */
export interface Progress {
  /** Replaces what is said to be going on. */
  say(text: string): void;
  /** Says something that must stay readable. */
  warn(text: string): void;
  done(text?: string): void;
  failed(text?: string): void;
}

const REPEAT_MS = 10_000;

/** Starts to report a step: a spinner on a terminal, plain lines elsewhere, each state once and again every ten seconds. */
export function startProgress(terminal: Terminal, text: string): Progress {
  // A terminal that does not know its width (0 columns) would keep the spinner clearing lines for ever.
  const { isTTY, columns = 0 } = terminal.errors;
  return isTTY === true && columns > 0 ? spinner(terminal, text) : lines(terminal, text);
}

function spinner(terminal: Terminal, text: string): Progress {
  const spinning = ora({
    text,
    stream: terminal.errors as NodeJS.WriteStream,
    discardStdin: false,
  }).start();
  return {
    say: (next) => {
      spinning.text = next;
    },
    warn: (warning) => {
      spinning.clear();
      note(terminal, warning);
    },
    done: (last) => void spinning.succeed(last),
    failed: (last) => void spinning.fail(last),
  };
}

function lines(terminal: Terminal, text: string): Progress {
  const startedMs = performance.now();
  const seconds = () => `${((performance.now() - startedMs) / 1000).toFixed(1)} s`;
  let current = text;
  note(terminal, `${current} …`);
  const timer = setInterval(() => note(terminal, `${current} … ${seconds()}`), REPEAT_MS);
  timer.unref();
  const end = (last: string) => {
    clearInterval(timer);
    note(terminal, `${last} (${seconds()})`);
  };
  return {
    say: (next) => {
      if (next === current) return;
      current = next;
      note(terminal, `${current} … ${seconds()}`);
    },
    warn: (warning) => note(terminal, warning),
    done: (last) => end(last ?? `${current}: done`),
    failed: (last) => end(last ?? `${current}: failed`),
  };
}
