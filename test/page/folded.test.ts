import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';
import { renderAuditPage } from '../../shared/report/page/page.tsx';
import { fleetReport } from '../support/audit-report.ts';
import { type Reader, startReader } from './browser.ts';
import { describeWithChromium } from './with-chromium.ts';

const FINDINGS = 450;
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const fleet = fleetReport({ clusters: 3, services: 40, groups: 10, findings: FINDINGS, history: 2 });
/** The first one has a cure and a risk of its own. */
const [first, ...others] = fleet.findings;
if (first === undefined) throw new Error('A fleet with findings has a first one.');
const report = {
  ...fleet,
  findings: [{ ...first, fix: 'Turn it off and on.', risk: 'Smoke.' }, ...others],
};

describeWithChromium('a page of many findings', (executable) => {
  let reader: Reader;
  let html: string;

  beforeAll(async () => {
    reader = await startReader(executable);
    html = await renderAuditPage(report, { version: '1.2.3' });
  });
  afterAll(() => reader?.close());

  const shown = (page: Page, selector: string): Promise<number> => page.locator(`${selector}:visible`).count();

  test('says each finding in its own words with its service, and its risk and cure once with its rule', async () => {
    const { page, troubles } = await reader.open(html);
    expect(await page.locator('#services .item:not(.row)').count()).toBe(FINDINGS);
    expect(await page.locator('#rules .box[id] .item').count()).toBe(FINDINGS);
    const texts = await page.locator('#services').textContent();
    for (const { summary } of report.findings) expect(texts).toContain(summary);
    expect(await page.locator('#services .item', { hasText: 'Turn it off and on.' }).count()).toBe(1);
    expect(texts).toContain('Risk: Smoke.');
    for (const { id, risk, fix } of report.rules.filter((rule) => (report.summary.rules[rule.id] ?? 0) > 0)) {
      expect(html.split(risk)).toHaveLength(2);
      const box = page.locator('#rules .box', { has: page.locator('h3', { hasText: id }) });
      expect(await box.locator('p').textContent()).toContain(`Risk ${risk} Cure ${fix}`);
    }
    expect(await page.locator('#open-all').count()).toBe(0);
    expect(troubles).toEqual([]);
  });

  test.each([true, false])('a finding leads to its rule, with scripts: %s', async (javaScriptEnabled) => {
    const { page } = await reader.open(html, { javaScriptEnabled });
    const rule = page.locator('#services .item a.rule').first();
    const name = (await rule.textContent()) ?? '';
    expect(await shown(page, '#rules')).toBe(0);
    await rule.click();
    const box = page.locator('#rules .box:target');
    expect(await box.isVisible()).toBe(true);
    expect(await box.locator('h3').textContent()).toContain(name);
    if (!javaScriptEnabled) return;
    // And back to the words of one that is only named.
    await page.locator('#rules .names a').first().click();
    expect(await page.locator('#services .box:target').isVisible()).toBe(true);
  });

  test('a rule that only names what it is about is searched by their words, too', async () => {
    const { page } = await reader.open(html);
    await page.locator('#by-rule').check();
    expect(await shown(page, '#rules .names')).toBeGreaterThan(0);
    const named = report.findings.filter(({ rule }) => rule === 'LOG-1');
    expect(await shown(page, '#rules .names .item.low')).toBe(named.length);
    const words = /"side-\d+"/.exec(named[7]?.summary ?? '')?.[0] ?? '';
    await page.locator('#search').fill(`log-1 ${words}`);
    expect(await page.locator('#rules .item:visible').count()).toBe(1);
    expect(await page.locator('#shown').textContent()).toBe(`1 of ${FINDINGS} findings`);
  });

  test('on paper the rules stand below, with their risks and cures', async () => {
    const { page } = await reader.open(html);
    expect(await shown(page, '#rules')).toBe(0);
    await page.emulateMedia({ media: 'print' });
    expect(await shown(page, '#rules')).toBe(1);
    expect(await shown(page, '#services')).toBe(1);
  });

  test.each(['light', 'dark'] as const)(
    'axe finds no fault in the %s theme',
    async (colorScheme) => {
      for (const grouping of ['#by-service', '#by-rule']) {
        const { page } = await reader.open(html, { colorScheme, bypassCSP: true });
        await page.locator(grouping).check();
        await page.evaluate(await readFile(AXE, 'utf8'));
        const { violations } = await page.evaluate(
          (): Promise<axe.AxeResults> => Reflect.get(window, 'axe').run(document, { resultTypes: ['violations'] }),
        );
        expect([grouping, ...violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)]).toEqual([grouping]);
      }
    },
    60_000,
  );
});
