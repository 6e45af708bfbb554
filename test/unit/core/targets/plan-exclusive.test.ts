import { describe, expect, test } from '@jest/globals';
import { type Limits, planTargets } from '../../../../shared/core/targets/plan.ts';
import { type Does, does, doneAfter } from '../../../support/plan.ts';
import {
  aSight,
  heldByNobody,
  heldByOther,
  heldByTask,
  LIMITS,
  NOW_MS,
  type SightSays,
  seen,
} from '../../../support/sight.ts';
import { aTask, stopping } from '../../../support/tasks.ts';
import { aBinding, service } from '../../../support/wiring.ts';

interface Case extends SightSays {
  readonly name: string;
  readonly limits?: Partial<Limits>;
  readonly done?: Does;
}

const binding = aBinding({ targets: 'exclusive' });
const holds = ({ name, limits = {}, done = {}, ...sight }: Case): void => {
  expect({ name, ...doneAfter({ binding, ...sight }, limits) }).toEqual({ name, ...does(done) });
};

const key = (id: number) => `10.0.0.${id} 80`;
const present = (...ids: number[]) => ids.map((id) => seen(id));
const ours = (...ids: number[]) => ids.map((id) => aTask(`t${id}`, { ip: `10.0.0.${id}` }));
const strangers = (...ids: number[]) => Object.fromEntries(ids.map((id) => [id, heldByOther()]));
const TWO = ['TGT-2', 'TGT-2'];

describe('the brake', () => {
  test.each<Case>([
    {
      name: 'lets half of a group go',
      tasks: ours(1, 2),
      observed: present(1, 2, 3, 4),
      holders: strangers(3, 4),
      done: { deregister: [key(3), key(4)], faults: TWO },
    },
    {
      name: 'holds all of more than half',
      tasks: ours(1),
      observed: present(1, 3, 4),
      holders: strangers(3, 4),
      done: { held: [key(3), key(4)], faults: TWO },
    },
    {
      name: 'does not count what drains',
      tasks: ours(1),
      observed: [...present(1, 3), seen(5, 'draining'), seen(6, 'draining')],
      limits: { brakePercent: 49 },
      holders: strangers(3),
      done: { held: [key(3)], faults: ['TGT-2'] },
    },
    {
      name: 'holds all while a part waits for a second look',
      tasks: ours(1, 2),
      observed: [...present(1, 2, 3, 4), seen('192.168.0.1')],
      holders: strangers(3, 4),
      done: { held: [key(3), key(4)], waits: ['192.168.0.1 80 60s'], faults: ['TGT-2', 'TGT-2', 'TGT-3'] },
    },
    {
      name: 'holds all while a part may turn out to be without proof',
      tasks: ours(1, 2),
      observed: present(1, 2, 3, 4, 5),
      holders: { ...strangers(3, 4), 5: heldByTask('unknown') },
      done: { held: [key(3), key(4)], waits: [`${key(5)} 300s`], faults: TWO },
    },
    {
      name: 'holds the last target',
      tasks: [aTask('new', { ip: '10.0.0.9' })],
      limits: { brakePercent: 100 },
      observed: present(3),
      holders: strangers(3),
      done: { register: [key(9)], held: [key(3)], faults: ['TGT-2'] },
    },
    {
      name: 'holds the last target beside proven removals, which go',
      tasks: [aTask('a', { ip: '10.0.0.1', ...stopping() }), aTask('new', { ip: '10.0.0.9' })],
      observed: present(1, 3),
      holders: strangers(3),
      done: { register: [key(9)], deregister: [key(1)], held: [key(3)], faults: ['TGT-2'] },
    },
    {
      name: 'holds the last target beside those that a second look will let go',
      tasks: [aTask('new', { ip: '10.0.0.9' })],
      observed: [...present(3), seen(5, 'unused')],
      holders: { ...strangers(3), 5: heldByNobody },
      done: { register: [key(9)], held: [key(3)], waits: [`${key(5)} 60s`], faults: ['TGT-2'] },
    },
    {
      name: 'does not hold for the sake of those that EC2 will prove to be nobody’s',
      tasks: ours(1, 2, 3),
      observed: [...present(1, 2, 3, 4), ...[5, 6, 7, 8, 9].map((id) => seen(id, 'initial'))],
      holders: { ...strangers(4), ...Object.fromEntries([5, 6, 7, 8, 9].map((id) => [id, heldByNobody])) },
      done: { deregister: [key(4)], waits: [5, 6, 7, 8, 9].map((id) => `${key(id)} 60s`), faults: ['TGT-2'] },
    },
    {
      name: 'is released by a person',
      tasks: ours(1),
      observed: present(1, 3, 4),
      holders: strangers(3, 4),
      limits: { brakeReleased: true },
      done: { deregister: [key(3), key(4)], faults: TWO },
    },
    {
      name: 'released, still waits for the second look',
      tasks: ours(1),
      observed: [...present(1), seen('192.168.0.1')],
      limits: { brakeReleased: true },
      done: { waits: ['192.168.0.1 80 60s'], faults: ['TGT-3'] },
    },
    {
      name: 'lets nothing go while something is still asked',
      tasks: ours(1, 2),
      observed: present(1, 2, 3, 4),
      holders: strangers(3),
      done: { asks: ['holder 10.0.0.4'], faults: ['TGT-2'] },
    },
    {
      name: 'does not hold what EC2 proves',
      tasks: ours(1),
      observed: present(1, 3, 4),
      holders: { 3: heldByNobody, 4: heldByNobody },
      done: { deregister: [key(3), key(4)] },
    },
    {
      name: 'lets nothing go in a shared group, even released',
      binding: aBinding(),
      tasks: ours(1, 2),
      observed: present(1, 2, 3),
      holders: strangers(3),
      limits: { brakeReleased: true },
      done: { faults: ['TGT-2'] },
    },
  ])('$name', holds);

  test('never takes the last target with standby and a person’s release together', () => {
    const sight = { tasks: ours(1), standby: ['t1'], observed: present(1, 3), holders: strangers(3) };
    holds({
      name: 'released',
      ...sight,
      limits: { brakeReleased: true },
      done: { held: [key(1)], deregister: [key(3)], faults: ['TGT-2'] },
    });
    holds({ name: 'not released', ...sight, done: { held: [key(3)], deregister: [key(1)], faults: ['TGT-2'] } });
  });

  test('tells why it holds what, in every pass the same', () => {
    const sight = aSight({ binding, tasks: ours(1), observed: present(1, 3, 4), holders: strangers(3, 4) });
    const [held] = planTargets(sight, LIMITS).held;
    expect(held?.reason).toBe(
      'brake: 2 of 3 targets without proof; without proof, the group is exclusive: 10.0.0.3:80 in web is held by ' +
        "network interface eni-other, not by a task of the group's workloads.",
    );
    expect(planTargets({ ...sight, nowMs: NOW_MS + 86_400_000 }, LIMITS).held).toEqual(planTargets(sight, LIMITS).held);
  });
});

describe('a workload without a live task', () => {
  const mistyped = aBinding({ targets: 'exclusive', workloads: [service('production/wbe')] });
  const half = aBinding({ targets: 'exclusive', workloads: [service('production/web'), service('production/wbe')] });
  const stray = { observed: present(1, 2, 3, 4, 5), holders: strangers(5) };
  test.each<Case>([
    {
      name: 'removes nothing that others hold',
      binding: mistyped,
      tasks: ours(1, 2, 3, 4),
      ...stray,
      done: { held: [1, 2, 3, 4, 5].map(key), faults: Array(5).fill('TGT-2') },
    },
    {
      name: 'removes nothing, whatever the percentage',
      binding: mistyped,
      tasks: ours(1, 2, 3, 4),
      limits: { brakePercent: 100 },
      ...stray,
      done: { held: [1, 2, 3, 4, 5].map(key), faults: Array(5).fill('TGT-2') },
    },
    {
      name: 'removes nothing where it is one of two',
      binding: half,
      tasks: ours(1, 2, 3, 4),
      ...stray,
      done: { held: [key(5)], faults: ['TGT-2'] },
    },
    {
      name: 'removes nothing where all its tasks are to stop',
      tasks: [aTask('a', { ip: '10.0.0.1', ...stopping() })],
      observed: present(1, 2, 3),
      holders: { ...strangers(2), 3: heldByNobody },
      done: { deregister: [key(1), key(3)], held: [key(2)], faults: ['TGT-2'] },
    },
    {
      name: 'removes what EC2 proves',
      binding: mistyped,
      observed: present(1),
      holders: { 1: heldByNobody },
      done: { deregister: [key(1)] },
    },
    {
      name: 'removes what a person lets go',
      binding: mistyped,
      tasks: ours(1),
      observed: present(1),
      limits: { brakeReleased: true },
      done: { deregister: [key(1)], faults: ['TGT-2'] },
    },
  ])('$name', holds);

  test('is named', () => {
    const plan = planTargets(aSight({ binding: half, tasks: ours(1, 2, 3, 4), ...stray }), LIMITS);
    expect(plan.held[0]?.reason).toMatch(/^brake: service production\/wbe has no live task; without proof/);
  });
});
