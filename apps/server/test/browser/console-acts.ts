import type { ConsoleWindow } from './console-browser.ts';

/** Opens an enrolment link (`http://localhost:PORT/#enrol=…`) and makes a key; resolves with the enrolled key's id. */
export async function enrolByLink(
  { page }: ConsoleWindow,
  link: string,
  way: 'passkey' | 'browser_key' = 'passkey',
): Promise<string> {
  // A page that differs from the open one in its fragment only would not be loaded again.
  await page.goto('about:blank');
  await page.goto(link);
  const name = way === 'passkey' ? 'Make a passkey' : 'Make a key in this browser';
  await page.getByRole('button', { name }).click();
  const done = page.getByText('This browser can sign now.');
  await done.waitFor();
  return (await page.locator('.note-good code').first().innerText()).trim();
}

/** Opens the request of a digest, waits until the page has checked its bytes, approves, and waits for the receipt. */
export async function approveByDigest(
  window: ConsoleWindow,
  baseUrl: string,
  digest: string,
): Promise<void> {
  await openRequest(window, baseUrl, digest);
  await window.page.getByRole('button', { name: 'Approve and sign' }).click();
  await window.page.getByText('Your approval is recorded.').waitFor();
}

/** As {@link approveByDigest}, denying with a comment. */
export async function denyByDigest(
  window: ConsoleWindow,
  baseUrl: string,
  request: { readonly digest: string; readonly comment: string },
): Promise<void> {
  await openRequest(window, baseUrl, request.digest);
  await window.page.getByLabel(/Comment/).fill(request.comment);
  await window.page.getByRole('button', { name: 'Deny and sign' }).click();
  await window.page.getByText('Your denial is recorded.').waitFor();
}

/** Stops every effect from the header of whatever page is open. */
export async function engageKill({ page }: ConsoleWindow): Promise<void> {
  await page.getByRole('button', { name: 'Stop everything' }).click();
  await page.getByRole('heading', { name: 'Every effect is stopped' }).waitFor();
}

/** Lifts the one kill that stands, signed by this window's key. */
export async function liftKill({ page }: ConsoleWindow, comment: string): Promise<void> {
  await page.getByLabel('Why it may be lifted').fill(comment);
  await page.getByRole('button', { name: 'Sign and lift' }).click();
  await page.getByRole('button', { name: 'Stop everything' }).waitFor();
}

async function openRequest({ page }: ConsoleWindow, baseUrl: string, digest: string) {
  await page.goto(`${baseUrl}/approvals/${digest}`);
  await page.getByText('Checked in this browser').waitFor();
}
