import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** A page that is open, and what it did behind the person's back. */
export interface Opened {
  readonly page: Page;
  /** Addresses that were asked for besides the page's own. */
  readonly requests: readonly string[];
  /** Errors, dialogs and what was refused by the page's policy. */
  readonly troubles: readonly string[];
}

export interface Reader {
  /** Opens a document as a person would who got it by mail: from a file. What was open before is closed. */
  open(html: string, options?: BrowserContextOptions): Promise<Opened>;
  close(): Promise<void>;
}

export const startReader = async (executablePath: string): Promise<Reader> => {
  const folder = await mkdtemp(join(tmpdir(), 'taskwire-page-'));
  // The sandbox needs rights that a container's root does not have; the pages are our own.
  const browser: Browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  let count = 0;
  return {
    open: async (html, options = {}) => {
      const url = pathToFileURL(join(folder, `${count++}.html`));
      await writeFile(url, html);
      await Promise.all(browser.contexts().map((each) => each.close()));
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      const page = await context.newPage();
      const requests: string[] = [];
      const troubles: string[] = [];
      page.on('request', (request) => {
        if (request.url().split('#')[0] !== url.href) requests.push(request.url());
      });
      page.on('pageerror', (error) => troubles.push(error.message));
      page.on('console', (message) => troubles.push(message.text()));
      page.on('dialog', async (dialog) => {
        troubles.push(`dialog ${dialog.message()}`);
        await dialog.dismiss();
      });
      await page.goto(url.href);
      return { page, requests, troubles };
    },
    close: async () => {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
