import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startFixtureServer, type FixtureServer } from '../fixture/fixture-server.ts';
import { seriousViolations } from './accessibility.ts';
import { findChromium, launchConsoleBrowser, type ConsoleBrowser } from './console-browser.ts';

const chromiumPath = findChromium();
const options = chromiumPath === null ? { skip: 'needs Chromium' } : {};

let full: FixtureServer;
let empty: FixtureServer;
let browser: ConsoleBrowser;

before(async () => {
  if (chromiumPath === null) return;
  [full, empty, browser] = await Promise.all([
    startFixtureServer(),
    startFixtureServer({ content: 'empty' }),
    launchConsoleBrowser(chromiumPath),
  ]);
  await full.store.kills.engage('so that its form is on every page');
});

after(async () => {
  if (chromiumPath === null) return;
  await Promise.all([browser.close(), full.stop(), empty.stop()]);
});

const looks = [
  { width: 360, colorScheme: 'light' },
  { width: 360, colorScheme: 'dark' },
  { width: 1280, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
] as const;

for (const look of looks) {
  const name = `${look.width} px, ${look.colorScheme}`;
  test(
    `no page has a serious accessibility violation or scrolls sideways: ${name}`,
    options,
    async () => {
      const window = await browser.open(look);
      const { page } = window;
      try {
        for (const url of await addresses()) {
          await page.goto(url);
          await page.locator('h1').waitFor();
          await page.locator('.loading').waitFor({ state: 'detached' });
          assert.deepEqual(await seriousViolations(page), [], url);
          const overflow = await page.evaluate(
            'document.documentElement.scrollWidth - globalThis.innerWidth',
          );
          assert.ok((overflow as number) <= 0, `${url} is ${overflow} px too wide`);
        }
        assert.deepEqual(window.errors, []);
      } finally {
        await window.close();
      }
    },
  );
}

test('the checker of this file notices what it looks for', options, async () => {
  const window = await browser.open();
  try {
    await window.page.goto(`${empty.url}/nowhere`);
    await window.page.locator('h1').waitFor();
    await window.page.evaluate(
      "document.querySelector('main').append(document.createElement('input'))",
    );
    const [violation = ''] = await seriousViolations(window.page);
    assert.match(violation, /^label at/);
  } finally {
    await window.close();
  }
});

test(
  'navigation and kill switch are reached by keyboard, the skip link first',
  options,
  async () => {
    const window = await browser.open();
    const { page } = window;
    try {
      await page.goto(`${empty.url}/`);
      await page.locator('h1').waitFor();
      await page.keyboard.press('Tab');
      assert.equal(await focusedText(), 'Skip to the page');
      const reached: string[] = [];
      for (let presses = 0; presses < 12; presses += 1) {
        await page.keyboard.press('Tab');
        reached.push(await focusedText());
      }
      for (const name of ['Stop everything', 'Approvals', 'Log']) {
        assert.ok(reached.includes(name), `${name} is not among ${reached.join(', ')}`);
      }
    } finally {
      await window.close();
    }

    async function focusedText(): Promise<string> {
      return (await page.evaluate('document.activeElement?.textContent?.trim() ?? ""')) as string;
    }
  },
);

async function addresses(): Promise<readonly string[]> {
  const { items } = await full.store.approvals.list({ filter: 'open', limit: 50 });
  const stop = items.find(({ action }) => action.action.binding.kind.startsWith('aws.'));
  const pages = ['/', '/approvals', '/dismissed', '/data', '/inbox', '/log'];
  return [
    ...pages.map((path) => `${full.url}${path}`),
    `${full.url}/cases/${stop?.caseId}`,
    `${full.url}/approvals/${stop?.digest}`,
    `${full.url}/#enrol=${full.trust.seeds['alex.novak']}`,
    `${full.url}/nowhere`,
    ...pages.map((path) => `${empty.url}${path}`),
  ];
}
