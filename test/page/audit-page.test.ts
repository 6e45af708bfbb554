import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { renderAuditPage } from '../../shared/report/page/page.tsx';
import { fleetReport } from '../support/audit-report.ts';
import { type Reader, startReader } from './browser.ts';
import { describeWithChromium } from './with-chromium.ts';

const VERSION = '1.2.3';
const small = fleetReport({ clusters: 2, services: 8, groups: 6, findings: 40, history: 9 });

describeWithChromium('the page of an audit', (executable) => {
  let reader: Reader;
  let html: string;

  beforeAll(async () => {
    reader = await startReader(executable);
    html = await renderAuditPage(small, { version: VERSION });
  });
  afterAll(() => reader?.close());

  test('says the verdict first, and nothing leaves the page', async () => {
    const { page, requests, troubles } = await reader.open(html);
    expect(await page.locator('h1').textContent()).toBe('1 target leads nowhere and 2 targets are missing.');
    expect(await page.title()).toBe('Taskwire: 1 target leads nowhere and 2 targets are missing.');
    await page.locator('#search').fill('checkout');
    expect({ requests, troubles }).toEqual({ requests: [], troubles: [] });
  });

  test('the search narrows the findings to what has all words', async () => {
    const { page } = await reader.open(html);
    await page.locator('#search').fill('SCL-4 basket');
    const texts = await page.locator('#services .f:visible').allInnerTexts();
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) expect(text).toContain('SCL-4');
    expect(await page.locator('#shown').textContent()).toBe(`${texts.length} of 40 findings`);
  });
});
