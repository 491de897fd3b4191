// @ts-check

/**
 * Reports a long step on standard error, so that standard output stays the program's own: one line that is rewritten on a
 * terminal, and otherwise one line every ten seconds.
 *
 * @param {string} title
 * @param {() => string} detail asked at each tick, '' for none
 * @param {{ stream?: NodeJS.WriteStream, tickMs?: number }} [options]
 * @returns {{ done(note?: string): void, failed(): void }}
 */
export function startProgress(title, detail, options = {}) {
  const stream = options.stream ?? process.stderr;
  const rewrite = stream.isTTY === true;
  const startedMs = performance.now();
  const seconds = () => `${((performance.now() - startedMs) / 1000).toFixed(1)} s`;
  const line = () => [title, detail(), seconds()].filter((part) => part !== '').join(' · ');
  /** @param {string} text */
  const write = (text) => stream.write(rewrite ? `\r\u001b[2K${text}` : `${text}\n`);
  write(`${title} …`);
  const timer = setInterval(() => write(line()), options.tickMs ?? (rewrite ? 500 : 10_000));
  const end = (/** @type {string} */ text) => {
    clearInterval(timer);
    stream.write(rewrite ? `\r\u001b[2K${text}\n` : `${text}\n`);
  };
  return {
    done: (note = 'done') => end(`${title}: ${note} · ${seconds()}`),
    failed: () => end(`${title}: failed · ${seconds()}`),
  };
}
