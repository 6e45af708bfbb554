import { describe, expect, test } from '@jest/globals';
import { NotFoundError } from '../../shared/errors.ts';
import type { StackSwitches } from '../../shared/ports/stack-switches.ts';
import { type MakeSubject, withSubject } from './subject.ts';

const QUEUE = 'taskwire-prod-register-targets';
const RULE = 'taskwire-prod-register-targets-sweep';

/** What every implementation of what switches a stack promises. */
export const describeStackSwitchesContract = (make: MakeSubject<StackSwitches>): void => {
  describe('switches of a stack', () => {
    test(
      'marks a queue beside its other tags, finds it by the tag, and takes the tag away',
      withSubject(make, async ({ world, port, run }) => {
        const queue = world.queues.add({ name: QUEUE });
        queue.tags.set('team', 'a');
        const { url, tags } = await run(port.queue(QUEUE));
        expect(tags).toEqual({ team: 'a' });
        await run(port.mark(url, { 'taskwire:paused': '2026-03-02T08:00:00Z' }));
        expect((await run(port.queue(QUEUE))).tags).toEqual({ team: 'a', 'taskwire:paused': '2026-03-02T08:00:00Z' });
        expect(await run(port.marked('taskwire:paused'))).toEqual([
          { arn: queue.arn, tags: { team: 'a', 'taskwire:paused': '2026-03-02T08:00:00Z' } },
        ]);
        await run(port.unmark(url, ['taskwire:paused']));
        await run(port.unmark(url, ['taskwire:paused']));
        expect(await run(port.marked('taskwire:paused'))).toEqual([]);
        expect([...queue.tags]).toEqual([['team', 'a']]);
      }),
    );

    test(
      'finds target groups by the tag as well',
      withSubject(make, async ({ world, port, run }) => {
        const vpc = world.network.addVpc({ id: 'vpc-0a' });
        const tags = { 'taskwire:paused': 'now' };
        const group = world.targetGroups.add({ name: 'web', vpcId: vpc.id, port: 8080, tags });
        expect(await run(port.marked('taskwire:paused'))).toEqual([{ arn: group.arn, tags }]);
      }),
    );

    test(
      'a mapping takes a while to come to rest, and refuses another change until then',
      withSubject(make, async ({ world, port, run }) => {
        const { id } = world.switches.addMapping('web', world.queues.add({ name: QUEUE }).arn);
        world.switches.addMapping('other', world.queues.add({ name: 'other' }).arn);
        expect(await run(port.mappings('web'))).toEqual([{ id, state: 'Enabled' }]);
        expect(await run(port.switchMapping(id, false))).toBe(true);
        expect(await run(port.mappings('web'))).toEqual([{ id, state: 'Disabling' }]);
        expect(await run(port.switchMapping(id, true))).toBe(false);
        await world.clock.advance(60_000);
        expect(await run(port.mappings('web'))).toEqual([{ id, state: 'Disabled' }]);
        expect(await run(port.switchMapping(id, false))).toBe(true);
        expect(await run(port.switchMapping(id, true))).toBe(true);
        await world.clock.advance(60_000);
        expect(await run(port.mappings('web'))).toEqual([{ id, state: 'Enabled' }]);
        expect(await run(port.mappings('nobody'))).toEqual([]);
        await expect(run(port.switchMapping('none', false))).rejects.toBeInstanceOf(NotFoundError);
      }),
    );

    test(
      'switches a rule, any number of times',
      withSubject(make, async ({ world, port, run }) => {
        world.switches.addRule(RULE);
        for (const enabled of [false, false, true, true]) {
          await run(port.switchRule(RULE, enabled));
          expect(await run(port.isRuleEnabled(RULE))).toBe(enabled);
        }
      }),
    );

    test(
      'tells what is not there',
      withSubject(make, async ({ port, run }) => {
        await expect(run(port.queue(QUEUE))).rejects.toBeInstanceOf(NotFoundError);
        await expect(run(port.isRuleEnabled(RULE))).rejects.toBeInstanceOf(NotFoundError);
        await expect(run(port.switchRule(RULE, false))).rejects.toBeInstanceOf(NotFoundError);
      }),
    );
  });
};
