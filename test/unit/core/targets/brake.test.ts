import { expect, test } from '@jest/globals';
import { brakeOn } from '../../../../shared/core/targets/brake.ts';

const LAST = 'brake: the last target of the group would go without proof';

test.each<{ name: string; present: number; proven?: number; unproven: number; percent?: number; held?: string }>([
  { name: 'lets nothing be nothing', present: 0, unproven: 0 },
  { name: 'never holds what is proven', present: 3, proven: 3, unproven: 0, percent: 0 },
  { name: 'lets half go', present: 10, unproven: 5 },
  { name: 'holds more than half', present: 10, unproven: 6, held: 'brake: 6 of 10 targets without proof' },
  {
    name: 'holds any at 0 percent',
    present: 1_000,
    unproven: 1,
    percent: 0,
    held: 'brake: 1 of 1000 targets without proof',
  },
  {
    name: 'holds a fraction above the percentage',
    present: 3,
    unproven: 1,
    percent: 33,
    held: 'brake: 1 of 3 targets without proof',
  },
  { name: 'lets a fraction below the percentage go', present: 3, unproven: 1, percent: 34 },
  { name: 'holds the last one even at 100 percent', present: 1, unproven: 1, percent: 100, held: LAST },
  { name: 'holds all of them even at 100 percent', present: 4, unproven: 4, percent: 100, held: LAST },
  { name: 'holds what would be the last beside proven ones', present: 4, proven: 3, unproven: 1, held: LAST },
  { name: 'lets go what leaves one beside proven ones', present: 4, proven: 2, unproven: 1 },
])('$name', ({ present, proven = 0, unproven, percent = 50, held }) => {
  expect(brakeOn({ present, proven, unproven }, percent)).toBe(held);
});
