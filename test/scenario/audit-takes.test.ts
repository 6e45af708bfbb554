import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { collectSnapshot } from '../../shared/app/collect-snapshot.ts';
import { recallable } from '../../shared/app/recallable.ts';
import { createCallBudgets } from '../../shared/aws/call-budget.ts';
import type { Action, InputOf, OutputOf } from '../../simulator/shapes.ts';
import type { World } from '../../simulator/world.ts';
import { createAuditor } from '../support/audit-stage.ts';
import { bigAccount } from '../support/big-account.ts';

/** As functions/audit/wire.ts. */
const INSTANCES = 2;
const PAGE = readFileSync(new URL('../../docs/capacity.md', import.meta.url), 'utf8');
/** `| 1,000 | 50 | 198 s, 1,604 calls | 109 s, 604 calls |` */
const ROW = /^\| ([\d,]+) \| ([\d,]+) \| ([\d,]+ s, [\d,]+ calls) \| ([\d,]+ s, [\d,]+ calls) \|$/gm;

const throughBudgets = (world: World): World => {
  const budgets = createCallBudgets({ clock: world.clock, parts: INSTANCES });
  const call = async <A extends Action>(action: A, input: InputOf<A>): Promise<OutputOf<A>> => {
    await budgets.before(action);
    return world.call(action, input);
  };
  return { ...world, call };
};

const written = (number: number): string => Math.round(number).toLocaleString('en-US');

const rows = [...PAGE.matchAll(ROW)].map(([, services = '', groups = '', first, next]) => ({
  services: Number(services.replaceAll(',', '')),
  groups: Number(groups.replaceAll(',', '')),
  first,
  next,
}));

test.each(rows)(
  'what capacity.md says of $services services and $groups groups',
  async ({ services, groups, ...says }) => {
    const world = await bigAccount({ services, tasks: 2, groups });
    let earlier: Parameters<typeof recallable>[0] = [];
    const audited = async (): Promise<string> => {
      const { deps } = createAuditor(throughBudgets(world), { tracing: 'required' });
      world.calls.reset();
      const startedMs = world.clock.nowMs();
      const known = { earlier: recallable(earlier, deps.version, startedMs) };
      const { revisions, unseen } = await world.clock.until(collectSnapshot({}, deps, known), 3_600_000);
      expect([revisions.length, unseen]).toEqual([services, []]);
      earlier = revisions;
      const calls = Object.values(world.calls.counts()).reduce((total, count) => total + count, 0);
      return `${written((world.clock.nowMs() - startedMs) / 1000)} s, ${written(calls)} calls`;
    };
    const first = await audited();
    await world.clock.advance(60_000);
    expect({ first, next: await audited() }).toEqual(says);
  },
  120_000,
);

test('the page has such a table', () => {
  expect(rows.length).toBeGreaterThan(2);
});
