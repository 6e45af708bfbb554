import { describe, expect, test } from '@jest/globals';
import type { Limit } from '../../../bench/bench.ts';
import type { Result } from '../../../bench/results.ts';
import { drawChart } from '../../../scripts/performance-chart.mjs';
import { performanceCharts, performancePage } from '../../../scripts/performance-page.mjs';

const CHAPTER = { benchmark: 'sweep', title: 'A sweep', about: 'All of it.', figures: { sweepMs: 'CPU time' } };
const CHART = {
  title: 'Stop to deregistered',
  unit: 's',
  scale: 'log',
  categories: ['rollover', 'Spot <wave>'],
  series: [
    { name: 'Taskwire', values: [12, 8] },
    { name: 'one call per event', values: [2_340, 400] },
  ],
} as const;

const aResult = (says: Partial<Result> = {}): Result => ({
  name: 'a sweep in memory',
  date: '2026-11-20T12:00:00.000Z',
  command: 'npm run bench -- sweep',
  tookSeconds: 20,
  machine: { cpu: 'a processor', cores: 2, memoryGb: 8 },
  loadBefore: 0.5,
  versions: { node: '24.21.0', taskwire: '0123456789ab' },
  limits: { sweepMs: { most: 100, timed: true } },
  figures: { sweepMs: 80 },
  ...says,
});

describe('docs/performance.md', () => {
  test.each<[string, number | undefined, Limit, string]>([
    ['is met', 80, { most: 100, timed: true }, '| CPU time | 80 ms | at most 100 ms | met |'],
    [
      'is missed by a part',
      112,
      { most: 100, timed: true },
      '| CPU time | 112 ms | at most 100 ms | **missed by 12 %** |',
    ],
    [
      'is missed by little',
      100.1,
      { most: 100, timed: true },
      '| CPU time | 100 ms | at most 100 ms | **missed by 1 %** |',
    ],
    [
      'is missed by far',
      250,
      { most: 100, timed: true },
      '| CPU time | 250 ms | at most 100 ms | **missed: 2.5 times off** |',
    ],
    ['is not reached', 80, { least: 100, timed: true }, '| CPU time | 80 ms | at least 100 ms | **missed by 20 %** |'],
    ['of nothing is missed', 1, { most: 0, timed: false }, '| CPU time | 1 ms | at most 0 ms | **missed** |'],
    [
      'was not measured',
      undefined,
      { most: 100, timed: true },
      '| CPU time | not measured | at most 100 ms | **missed** |',
    ],
  ])('a goal that %s is told so', (_, figure, limit, row) => {
    const figures: Record<string, number> = figure === undefined ? {} : { sweepMs: figure };
    const page = performancePage({ sweep: aResult({ limits: { sweepMs: limit }, figures }) }, [CHAPTER]);
    expect(page.split('\n').filter((line) => line.includes('| CPU time |'))).toEqual([
      `| [A sweep](#a-sweep) ${row}`,
      row,
    ]);
  });

  test('a goal that the chapter has no words for is told by its name', () => {
    const limits = { sweepMs: { most: 100, timed: true }, calls: { most: 3, timed: false } };
    const page = performancePage({ sweep: aResult({ limits, figures: { sweepMs: 80, calls: 4 } }) }, [CHAPTER]);
    expect(page).toContain('\n| calls | 4 | at most 3 | **missed by 33 %** |');
  });

  test('words for a figure that is measured no more are left out', () => {
    const figures = { sweepMs: 'CPU time', gone: 'what was once measured' };
    expect(performancePage({ sweep: aResult() }, [{ ...CHAPTER, figures }])).not.toContain('once measured');
  });

  test('a benchmark without a chapter stands behind the others', () => {
    const page = performancePage({ other: aResult(), sweep: aResult() }, [CHAPTER]);
    expect(page.match(/^## .*/gm)).toEqual(['## A sweep', '## other', '## How it was measured']);
  });

  test('it says where, when, of what and with which command each was measured', () => {
    const page = performancePage({ sweep: aResult() }, [CHAPTER]);
    expect(page).toContain('On a processor, 2 cores, 8 GB.');
    expect(page).toContain(
      '| sweep | 2026-11-20 | 20 | 0.5 | node 24.21.0, taskwire 0123456789ab | `npm run bench -- sweep` |',
    );
  });

  test('tables and charts of a benchmark are on it', () => {
    const table = { title: 'Growth', columns: ['tasks', 'of | what'], rows: [[10_000, 'all']] };
    const results = { sweep: aResult({ tables: [table], charts: [CHART] }) };
    const page = performancePage(results, [CHAPTER]);
    expect(page).toContain('Growth:\n\n| tasks | of \\| what |\n| ---: | --- |\n| 10,000 | all |');
    const files = performanceCharts(results);
    expect(files).toEqual({ 'performance/sweep-1.svg': CHART });
    expect(page).toContain('![Stop to deregistered](performance/sweep-1.svg)');
  });
});

describe('a chart', () => {
  test.each(['log', 'linear'] as const)('on a %s scale shows its title, its names and its figures', (scale) => {
    const svg = drawChart({ ...CHART, scale });
    for (const text of ['Stop to deregistered, s', 'Taskwire', 'one call per event', 'rollover', '2340', '12']) {
      expect(svg).toContain(`>${text}</text>`);
    }
    expect(svg).toContain('Spot &lt;wave');
  });

  test('of the same figures is the same bytes', () => {
    expect(drawChart(CHART)).toBe(drawChart(CHART));
  });
});
