import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

/** Where the system's Chromium is; null where there is none, and then browser tests are skipped by name. */
export function findChromium(): string | null {
  const candidates = [
    process.env['CHROMIUM'],
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ];
  return candidates.find((path) => path !== undefined && existsSync(path)) ?? null;
}

/** Quiet, headless, and talking to nobody but our own server. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const TIMEOUT_MS = 20_000;

/** A browser window with an authenticator of its own. */
export interface ConsoleWindow {
  readonly page: Page;
  /** Messages that the page's console gave as errors, violations of the content security policy among them. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}

/** How a window looks. */
export interface WindowOptions {
  readonly width?: number;
  readonly colorScheme?: 'light' | 'dark';
}

/** A Chromium that opens consoles; `close` ends it. */
export interface ConsoleBrowser {
  open(options?: WindowOptions): Promise<ConsoleWindow>;
  close(): Promise<void>;
}

/** Starts Chromium. The caller has checked with {@link findChromium} that there is one. */
export async function launchConsoleBrowser(executablePath: string): Promise<ConsoleBrowser> {
  const browser: Browser = await chromium.launch({ executablePath, args: FLAGS });
  return {
    open: (options = {}) => openWindow(browser, options),
    close: () => browser.close(),
  };
}

async function openWindow(browser: Browser, options: WindowOptions): Promise<ConsoleWindow> {
  const context: BrowserContext = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: 900 },
    colorScheme: options.colorScheme ?? 'light',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(TIMEOUT_MS);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  await addAuthenticator(context, page);
  return { page, errors, close: () => context.close() };
}

/** A virtual authenticator (WebAuthn over the DevTools protocol) that verifies its user and confirms at once. */
async function addAuthenticator(context: BrowserContext, page: Page): Promise<void> {
  const session = await context.newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}
