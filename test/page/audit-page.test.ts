import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type axe from 'axe-core';
import type { Page } from 'playwright-core';
import type { AuditReport } from '../../shared/core/audit/report.ts';
import { renderAuditPage } from '../../shared/report/page/page.tsx';
import { fleetReport, groupArn, reportOf, serviceArn, summaryOf } from '../support/audit-report.ts';
import { storyTimeline } from '../support/timeline.ts';
import { type Reader, startReader } from './browser.ts';
import { describeWithChromium } from './with-chromium.ts';

const VERSION = '1.2.3';
const unseen: AuditReport['unseen'] = [
  { resource: 'arn:aws:ecs:eu-central-1:111122223333:cluster/staging', what: 'tasks', why: 'Allow ecs:ListTasks.' },
  { resource: 'arn:aws:ecs:eu-central-1:111122223333:cluster/production', what: 'auto scaling', why: 'Access denied.' },
];
/** Small enough for cards, with all that a page can have. */
const small = { ...fleetReport({ clusters: 2, services: 8, groups: 6, findings: 40, history: 9 }), unseen };
/** Large enough for the dense map. */
const dense = fleetReport({ clusters: 3, services: 40, groups: 10, findings: 60, history: 2 });

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe says against a page, one line for each place. */
const faultsOf = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(await readFile(AXE, 'utf8'));
  const { violations } = await page.evaluate(
    (): Promise<axe.AxeResults> => Reflect.get(window, 'axe').run(document, { resultTypes: ['violations'] }),
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id} ${html} ${failureSummary}`),
  );
};

describeWithChromium('the page of an audit', (executable) => {
  let reader: Reader;
  let html: string;
  let denseHtml: string;

  beforeAll(async () => {
    reader = await startReader(executable);
    html = await renderAuditPage(small, { version: VERSION, timeline: storyTimeline() });
    denseHtml = await renderAuditPage(dense, { version: VERSION });
  });
  afterAll(() => reader?.close());

  const shown = (page: Page, selector: string): Promise<number> => page.locator(`${selector}:visible`).count();

  test('says the verdict first, what was not seen, and what is new', async () => {
    const { page } = await reader.open(html);
    expect(await page.locator('h1').textContent()).toBe('1 target leads nowhere and 2 targets are missing.');
    expect(await page.title()).toBe('Taskwire: 1 target leads nowhere and 2 targets are missing.');
    expect(await page.locator('.trend').textContent()).toBe(
      'Since 2026-11-21 04:12 UTC: 3 findings are new, 1 gone, 37 staying.',
    );
    expect(await page.locator('#unseen li').first().textContent()).toBe('staging: tasks. Allow ecs:ListTasks.');
    expect(await page.locator('#map .gap').allTextContents()).toEqual(['Not seen: auto scaling']);
    expect(await page.locator('#services .new').count()).toBe(3);
    const { width = 0, height = 0 } = (await page.locator('.verdict').boundingBox()) ?? {};
    expect({ wide: width > 1_000, low: height < 400 }).toEqual({ wide: true, low: true });
  });

  test('asks for nothing from elsewhere, and its policy would refuse it', async () => {
    const { page, requests, troubles } = await reader.open(html);
    await page.locator('#search').fill('checkout');
    expect({ requests, troubles }).toEqual({ requests: [], troubles: [] });
    const refused = await page.evaluate(async () => {
      const image = new Image();
      const failed = new Promise((resolve) => image.addEventListener('error', () => resolve('refused')));
      image.src = 'http://127.0.0.1:9/x.png';
      document.body.append(image);
      return failed;
    });
    expect(refused).toBe('refused');
    expect(troubles.join()).toContain('violates the following Content Security Policy directive');
  });

  test('the map has every workload with its tasks and groups, and a link to it', async () => {
    const { page } = await reader.open(html);
    expect(await page.locator('.card').count()).toBe(16);
    const card = page.locator('.card').filter({ hasText: '2 missing, 1 stale' }).first();
    expect(await card.getAttribute('class')).toBe('card high');
    await page.locator('#by-rule').check();
    const target = await card.locator('a').getAttribute('href');
    await card.locator('a').click();
    expect(await page.locator(target ?? '').isVisible()).toBe(true);
    expect(await page.locator('#by-service').isChecked()).toBe(true);
  });

  test('a dense map tells a tile under the pointer and under the focus, and arrows move in it', async () => {
    const { page } = await reader.open(denseHtml);
    const tiles = page.locator('.tiles').first().locator('a');
    expect(await tiles.count()).toBe(40);
    await tiles.nth(3).hover();
    const tip = page.locator('#tip');
    expect(await tip.textContent()).toMatch(/^payments-3 5 tasks run\. /);
    expect((await tip.boundingBox())?.width).toBeGreaterThan(100);

    await tiles.first().focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft']) await page.keyboard.press(key);
    const focused = (): Promise<string | null> =>
      page.evaluate(() => document.activeElement?.getAttribute('href') ?? null);
    expect(await focused()).toBe(await tiles.nth(1).getAttribute('href'));
    expect(await tip.textContent()).toMatch(/^search-1 /);
    await page.keyboard.press('Escape');
    expect(await tip.isVisible()).toBe(false);
    await page.keyboard.press('End');
    expect(await focused()).toBe(await tiles.last().getAttribute('href'));
    // One stop for the whole list.
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('ul')?.getAttribute('aria-label'))).toBe(
      'Target groups',
    );
  });

  test('the search leaves what has all words, on the map too', async () => {
    const { page } = await reader.open(html);
    await page.locator('#search').fill('SCL-4 basket');
    const texts = await page.locator('#services .f:visible').allInnerTexts();
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) expect(text).toMatch(/SCL-4.*basket/);
    expect(await page.locator('#shown').textContent()).toBe(`${texts.length} of 40 findings`);
    const boxes = await shown(page, '#services .box');
    await page.waitForFunction(() => document.querySelector('.card.dim') !== null);
    expect(await page.locator('.card:not(.dim)').count()).toBe(boxes);
    await page.locator('#search').fill('no such words');
    expect(await page.locator('#none').isVisible()).toBe(true);
    await page.locator('#search').fill('');
    expect(await shown(page, '#services .f')).toBe(40);
  });

  test('a workload without findings is found, too', async () => {
    const { page } = await reader.open(denseHtml);
    const quiet = page.locator('#quiet .row b').nth(2);
    const name = (await quiet.textContent()) ?? '';
    await page.locator('#search').fill(name);
    expect(await quiet.isVisible()).toBe(true);
  });

  test.each([true, false])('severities and the grouping narrow down, with scripts: %s', async (javaScriptEnabled) => {
    const { page, troubles } = await reader.open(html, { javaScriptEnabled });
    const low = small.summary.findings.low;
    expect(await shown(page, '#services .f.low')).toBe(low);
    await page.locator('#show-low').uncheck();
    expect(await shown(page, '#services .f')).toBe(40 - low);
    for (const each of ['high', 'medium', 'info']) await page.locator(`#show-${each}`).uncheck();
    expect(await shown(page, '#services .box:not(#quiet)')).toBe(0);
    await page.locator('#show-high').check();
    await page.locator('#by-rule').check();
    expect(await shown(page, '#services')).toBe(0);
    expect(await shown(page, '#rules .places li')).toBe(small.summary.findings.high);
    expect(await shown(page, '#rules .places')).toBe(2);
    expect(troubles).toEqual([]);
  });

  test('without scripts all of it can be read, and nothing is there that would not work', async () => {
    const { page } = await reader.open(html, { javaScriptEnabled: false });
    expect(await shown(page, 'h1')).toBe(1);
    expect(await shown(page, '#services .f')).toBe(40);
    expect(await shown(page, 'svg[role=img]')).toBe(4);
    expect(await shown(page, '#search')).toBe(0);
    expect(await shown(page, 'button')).toBe(0);
    // A closed finding opens.
    await page.locator('#services .f summary').first().click();
    expect(await shown(page, '#services .f dl')).toBe(1);
  });

  test('each finding has its reason, risk, cure and page', async () => {
    const { page } = await reader.open(html);
    await page.locator('#open-all').click();
    const [first] = await page.locator('#services .f').allInnerTexts();
    expect(first).toMatch(/high\s+TGT-1\s.* runs and is not registered in /);
    expect(first).toMatch(/Risk\nA task that runs without its target gets no traffic[^\n]*\nCure\nRun taskwire apply/);
    expect(await page.locator('#services .f a').first().getAttribute('href')).toMatch(
      /^https:\/\/docs\.aws\.amazon\.com\//,
    );
    await page.locator('#open-all').click();
    expect(await shown(page, '#services .f dl')).toBe(0);
  });

  test('everything is reached and worked by keys', async () => {
    const { page } = await reader.open(html);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the findings');
    await page.keyboard.press('Enter');
    // Theme button, map and story are behind; the next stop is the first of the findings' controls.
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('search');
    await page.keyboard.type('TGT-1');
    const found = await shown(page, '#services .f');
    expect(found).toBe(small.summary.rules['TGT-1']);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    expect(await page.locator('#show-high').isChecked()).toBe(false);
    expect(await shown(page, '#services .f')).toBe(0);
    await page.keyboard.press('Space');
    for (const id of ['show-medium', 'show-low', 'show-info', 'by-service']) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe(id);
    }
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('#by-rule').isChecked()).toBe(true);
    await page.keyboard.press('ArrowLeft');
    for (const _ of ['open-all', 'finding']) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await shown(page, '#services .f dl')).toBe(1);
  });

  test('the theme follows the system, and the button', async () => {
    const { page } = await reader.open(html, { colorScheme: 'dark' });
    const back = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await back();
    expect(await page.locator('#theme').textContent()).toBe('Light theme');
    await page.locator('#theme').click();
    expect(await back()).not.toBe(dark);
    expect(await page.locator('#theme').textContent()).toBe('Dark theme');
  });

  test.each(['light', 'dark'] as const)(
    'axe finds no fault in the %s theme',
    async (colorScheme) => {
      for (const [name, text] of Object.entries({
        cards: html,
        dense: denseHtml,
        empty: await renderAuditPage(reportOf(), { version: VERSION }),
      })) {
        const { page, troubles } = await reader.open(text, { colorScheme, bypassCSP: true });
        if (name !== 'empty') await page.locator('#open-all').click();
        expect([name, ...(await faultsOf(page))]).toEqual([name]);
        if (name !== 'empty') await page.locator('#by-rule').check();
        expect([name, ...(await faultsOf(page))]).toEqual([name]);
        expect(troubles).toEqual([]);
      }
    },
    120_000,
  );

  test('axe would find one', async () => {
    const faulty = html.replace('<h1 id="verdict"', '<img src="data:,"><h1 style="color:#888;background:#999"');
    const { page } = await reader.open(faulty, { bypassCSP: true });
    const rules = (await faultsOf(page)).map((fault) => fault.split(' ', 1)[0]);
    expect(rules).toEqual(expect.arrayContaining(['color-contrast', 'image-alt']));
  });

  test('nothing moves while it opens', async () => {
    for (const text of [html, denseHtml]) {
      const { page } = await reader.open(text);
      const shifts = await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            let sum = 0;
            new PerformanceObserver((list) => {
              for (const entry of list.getEntries()) sum += Number(Reflect.get(entry, 'value'));
            }).observe({ type: 'layout-shift', buffered: true });
            requestAnimationFrame(() => setTimeout(() => resolve(sum)));
          }),
      );
      // What is called good is 0.1; a part of it comes and goes with how the file is read, piece by piece.
      expect(shifts).toBeLessThan(0.05);
    }
  });

  test('a narrow window scrolls in one direction only', async () => {
    for (const text of [html, denseHtml]) {
      const { page } = await reader.open(text, { viewport: { width: 360, height: 700 } });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    }
  });

  test('what is printed has every finding with its cure, and no controls', async () => {
    const { page } = await reader.open(html, { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    for (const gone of ['.controls input', 'button', '.skip'])
      expect([gone, await shown(page, gone)]).toEqual([gone, 0]);
    // Closed ones, too.
    expect(await page.locator('#services .f[open]').count()).toBe(0);
    const heights = await page
      .locator('#services .f dl')
      .evaluateAll((all) => all.map((each) => each.clientHeight > 0));
    expect(heights).toEqual(Array.from({ length: 40 }, () => true));
    expect(await shown(page, 'h1, #unseen, #map, #groups, #history, #calls')).toBe(6);
    expect(await page.evaluate(() => getComputedStyle(document.body).colorScheme)).toBe('light');
    // A sheet of A4 between its margins, where nobody scrolls.
    await page.setViewportSize({ width: 700, height: 1_000 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(700);
    expect((await page.pdf()).byteLength).toBeGreaterThan(20_000);
  });

  test('hostile names are shown as text, and nothing runs', async () => {
    const hostile = `<img src=x onerror=alert(1)>"'&\u202egpj.exe</style><script>alert(2)</script>`;
    const arn = serviceArn('production', hostile);
    const report = reportOf({
      summary: summaryOf({ services: 1, findings: { high: 1, medium: 0, low: 0, info: 0 } }),
      account: hostile,
      region: hostile,
      by: hostile,
      clusters: [
        {
          name: hostile,
          workloads: [
            {
              key: hostile,
              kind: 'service',
              arn,
              name: hostile,
              running: 1,
              groups: [groupArn(hostile)],
              worst: 'high',
            },
          ],
        },
      ],
      groups: [
        { arn: groupArn(hostile), name: hostile, states: { [hostile]: 1 }, missing: 0, stale: 0, wrong: 0, unknown: 0 },
      ],
      findings: [
        {
          rule: hostile,
          severity: 'high',
          resource: arn,
          service: arn,
          summary: hostile,
          fix: hostile,
          risk: hostile,
          page: 'javascript:alert(3)',
        },
      ],
      unseen: [{ resource: hostile, what: hostile, why: hostile }],
      history: [summaryOf({ takenAtMs: 7 })],
      previous: { takenAtMs: 7, findings: [{ rule: hostile, severity: 'low', resource: hostile, summary: hostile }] },
    });
    const lane = { group: hostile, target: hostile, spans: [{ fromMs: 0, toMs: 9, state: 'wired' as const }] };
    const timeline = { fromMs: 0, toMs: 9, chapters: [{ atMs: 1, title: hostile }], counts: [], lanes: [lane] };
    const { page, requests, troubles } = await reader.open(
      await renderAuditPage(report, { version: hostile, timeline }),
    );
    await page.locator('#search').fill('<img');
    await page.locator('#by-rule').check();
    expect({ requests, troubles }).toEqual({ requests: [], troubles: [] });
    expect(await page.locator('img, script:not(head > script)').count()).toBe(0);
    expect(await page.locator('a[href^=javascript]').count()).toBe(0);
    const text = (await page.locator('body').textContent()) ?? '';
    expect(text).not.toContain('\u202e');
    expect(await page.locator('.card .name').textContent()).toBe(hostile.replace('\u202e', '\\u202e'));
  });

  test('the same report is the same bytes', async () => {
    const again = await renderAuditPage(small, { version: VERSION, timeline: storyTimeline() });
    expect(again === html).toBe(true);
  });
});
