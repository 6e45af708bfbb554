import { describe, expect, test } from '@jest/globals';
import { NotFoundError, TaskwireError } from '../../shared/errors.ts';
import type { Rollouts } from '../../shared/ports/rollouts.ts';
import { A_WHILE_MS, arrange, type MakeSubject, withSubject } from './subject.ts';

const DEFINITION = {
  family: 'shop',
  networkMode: 'bridge',
  containerDefinitions: [
    {
      name: 'app',
      image: 'shop:7',
      memory: 128,
      portMappings: [{ containerPort: 8080, hostPort: 0, protocol: 'tcp' }],
      environment: [{ name: 'STAGE', value: 'prod' }],
      secrets: [{ name: 'TOKEN', valueFrom: 'arn:aws:ssm:eu-central-1:111122223333:parameter/token' }],
      mountPoints: [{ sourceVolume: 'data', containerPath: '/data', readOnly: true }],
      dockerLabels: { 'com.example.team': 'a' },
    },
  ],
  volumes: [{ name: 'data', host: { sourcePath: '/mnt/data' } }],
  placementConstraints: [{ type: 'memberOf', expression: 'attribute:ecs.instance-type =~ t3.*' }],
  taskRoleArn: 'arn:aws:iam::111122223333:role/shop',
  pidMode: 'task',
  tags: [{ key: 'team', value: 'a' }],
} as const;

/** What every implementation of the rollouts promises. */
export const describeRolloutsContract = (make: MakeSubject<Rollouts>): void => {
  describe('rollouts', () => {
    test(
      'registers a revision with every member and the tags',
      withSubject(make, async ({ world, port, run }) => {
        arrange(world);
        const arn = await run(port.register(DEFINITION));
        expect(arn).toMatch(/:task-definition\/shop:1$/);
        const { taskDefinition, tags } = await world.call('ecs:DescribeTaskDefinition', {
          taskDefinition: arn,
          include: ['TAGS'],
        });
        const { tags: given, ...members } = DEFINITION;
        expect(taskDefinition).toMatchObject(members);
        expect(tags).toEqual(given);
        expect(await run(port.register(DEFINITION))).toMatch(/shop:2$/);
        expect(world.calls.count('ecs:RegisterTaskDefinition')).toBe(2);
      }),
    );

    test(
      'refuses what would be lost or is wrong, and registers nothing',
      withSubject(make, async ({ world, port, run }) => {
        arrange(world);
        await expect(run(port.register({ ...DEFINITION, revision: 3 }))).rejects.toBeInstanceOf(TaskwireError);
        await expect(run(port.register({ ...DEFINITION, newerMember: [] }))).rejects.toBeInstanceOf(TaskwireError);
        await expect(run(port.register({ ...DEFINITION, containerDefinitions: [] }))).rejects.toBeInstanceOf(
          TaskwireError,
        );
        expect([...world.ecs.definitions.values()].filter(({ family }) => family === 'shop')).toEqual([]);
      }),
    );

    test(
      'follows a rollout: under way beside the former revision, then completed alone',
      withSubject(make, async ({ world, port, run }) => {
        const { subnetId, definition } = arrange(world);
        const { arn } = world.ecs.createService({
          cluster: 'production',
          name: 'web',
          taskDefinition: 'web',
          subnets: [subnetId],
          desiredCount: 2,
          serviceTags: { 'taskwire:tracing': 'required' },
        });
        await world.clock.advance(A_WHILE_MS);
        const next = world.ecs.registerTaskDefinition({ family: 'web', containers: [{ name: 'web' }] });
        const [before] = await run(port.describe('production', [arn]));
        expect(before).toMatchObject({
          serviceArn: arn,
          cluster: 'production',
          name: 'web',
          status: 'ACTIVE',
          controller: 'ECS',
          strategy: 'REPLICA',
          onFargate: true,
          inStages: false,
          taskDefinition: definition.arn,
          tags: { 'taskwire:tracing': 'required' },
          deployments: [{ status: 'PRIMARY', state: 'COMPLETED', desired: 2, running: 2, pending: 0, failedTasks: 0 }],
        });
        await run(port.update('production', arn, next.arn));
        const [during] = await run(port.describe('production', ['web']));
        expect(during?.taskDefinition).toBe(next.arn);
        expect(during?.deployments).toMatchObject([
          { status: 'PRIMARY', state: 'IN_PROGRESS', taskDefinition: next.arn, running: 0, pending: 2 },
          { status: 'ACTIVE', taskDefinition: definition.arn, running: 2 },
        ]);
        await world.clock.advance(A_WHILE_MS);
        const [after] = await run(port.describe(world.ecs.clusters.get('production')?.arn ?? '', [arn]));
        expect(after?.deployments).toMatchObject([{ state: 'COMPLETED', taskDefinition: next.arn, running: 2 }]);
        expect(world.calls.counts()).toEqual({ 'ecs:DescribeServices': 3, 'ecs:UpdateService': 1 });
      }),
    );

    test(
      'tells tasks that fail to start, and what the circuit breaker says',
      withSubject(make, async ({ world, port, run }) => {
        const { subnetId, definition } = arrange(world);
        const { arn } = world.ecs.createService({
          cluster: 'production',
          name: 'web',
          taskDefinition: 'web',
          subnets: [subnetId],
          circuitBreaker: 'fail',
        });
        await world.clock.advance(A_WHILE_MS);
        const next = world.ecs.registerTaskDefinition({ family: 'web', containers: [{ name: 'web' }] });
        world.ecs.failStarts(arn, { taskDefinition: next.arn });
        await run(port.update('production', 'web', next.arn));
        await world.clock.advance(5 * A_WHILE_MS);
        const [failed] = await run(port.describe('production', ['web']));
        expect(failed?.deployments).toMatchObject([
          { state: 'FAILED', reason: expect.stringContaining('circuit breaker'), failedTasks: 3 },
          { status: 'ACTIVE', taskDefinition: definition.arn, running: 1 },
        ]);
      }),
    );

    test(
      'the revision of a service with task sets is theirs, and ECS does not update it',
      withSubject(make, async ({ world, port, run }) => {
        const { subnetId, definition } = arrange(world);
        const spec = { cluster: 'production', taskDefinition: 'web', subnets: [subnetId] };
        const { arn } = world.ecs.createService({ ...spec, name: 'blue', controller: 'CODE_DEPLOY' });
        world.ecs.addTaskSet(arn, []);
        const [told] = await run(port.describe('production', ['blue']));
        expect(told).toMatchObject({ controller: 'CODE_DEPLOY', taskDefinition: definition.arn, deployments: [] });
        await expect(run(port.update('production', 'blue', definition.arn))).rejects.toBeInstanceOf(TaskwireError);
      }),
    );

    test(
      'leaves out what is not there, ten services per call',
      withSubject(make, async ({ world, port, run }) => {
        const { subnetId } = arrange(world);
        const names = Array.from({ length: 12 }, (_, n) => `s${n}`);
        for (const name of names) {
          world.ecs.createService({ cluster: 'production', name, taskDefinition: 'web', subnets: [subnetId] });
        }
        const told = await run(port.describe('production', [...names, 'nobody']));
        expect(told.map(({ name }) => name).sort()).toEqual(names.sort());
        expect(world.calls.counts()).toEqual({ 'ecs:DescribeServices': 2 });
        expect(await run(port.describe('nowhere', ['s1']))).toEqual([]);
        await expect(run(port.update('production', 'nobody', 'web:1'))).rejects.toBeInstanceOf(NotFoundError);
      }),
    );
  });
};
