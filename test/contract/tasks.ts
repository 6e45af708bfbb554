import { describe, expect, test } from '@jest/globals';
import { DeniedError, NotFoundError, TaskwireError } from '../../shared/errors.ts';
import type { Tasks } from '../../shared/ports/tasks.ts';
import { A_WHILE_MS, arrange, type MakeSubject, withSubject } from './subject.ts';

/** What every implementation of the tasks promises. */
export const describeTasksContract = (make: MakeSubject<Tasks>): void => {
  describe('tasks', () => {
    test(
      'describes any number of tasks, 100 per call, and tells the missing ones apart',
      withSubject(make, async ({ world, port, run }) => {
        const tasks = arrange(world).run(150);
        await world.clock.advance(A_WHILE_MS);
        const arns = tasks.map(({ arn }) => arn);
        const gone = `${arns[0]?.slice(0, -4)}ffff`;
        const described = await run(port.describe('production', [...arns, gone]));
        expect(described.tasks.map(({ taskArn }) => taskArn)).toEqual(arns);
        expect(described.missing).toEqual([gone]);
        expect(described.failed).toEqual([]);
        expect(world.calls.counts()).toEqual({ 'ecs:DescribeTasks': 2 });
      }),
    );

    test(
      'tells what the decision needs of a Fargate task, with its tags, by cluster name and ARN',
      withSubject(make, async ({ world, port, run }) => {
        const { cluster, subnetId, definition } = arrange(world);
        const service = world.ecs.createService({
          cluster: 'production',
          name: 'web',
          taskDefinition: 'web',
          subnets: [subnetId],
          serviceConnect: true,
          injected: ['aws-guardduty-agent-x1'],
          tags: { 'taskwire:standby': 'true' },
        });
        await world.clock.advance(A_WHILE_MS);
        const [task] = world.ecs.tasksOf(service.arn);
        const { tasks } = await run(port.describe(cluster.arn, [task?.arn ?? '']));
        expect(tasks).toMatchObject([
          {
            taskArn: task?.arn,
            clusterArn: cluster.arn,
            taskDefinitionArn: definition.arn,
            group: 'service:web',
            startedBy: task?.startedBy,
            lastStatus: 'RUNNING',
            desiredStatus: 'RUNNING',
            version: 4,
            interfaces: [
              {
                attachmentId: task?.attachment?.id,
                interfaceId: task?.attachment?.interface?.id,
                subnetId,
                ipv4: '10.0.0.4',
              },
            ],
            containers: [
              { name: 'web', lastStatus: 'RUNNING', ports: [] },
              { name: 'aws-guardduty-agent-x1', lastStatus: 'RUNNING', ports: [] },
            ],
            tags: { 'taskwire:standby': 'true' },
            createdAtMs: task?.createdAtMs,
          },
        ]);
      }),
    );

    test(
      'tells host ports once, and which instance they are on',
      withSubject(make, async ({ world, port, run }) => {
        const { subnetId } = arrange(world);
        const instance = world.network.addInstance({ subnetId });
        const other = world.network.addInstance({ subnetId });
        const { arn } = world.ecs.addContainerInstance('production', instance.id);
        world.ecs.addContainerInstance('production', other.id);
        world.ecs.registerTaskDefinition({
          family: 'api',
          networkMode: 'bridge',
          containers: [{ name: 'api', portMappings: [{ containerPort: 80, hostPort: 0 }] }],
        });
        const task = world.ecs.startTask({ cluster: 'production', taskDefinition: 'api', containerInstance: arn });
        await world.clock.advance(A_WHILE_MS);
        const { tasks } = await run(port.describe('production', [task.arn]));
        expect(tasks[0]).toMatchObject({
          containerInstanceArn: arn,
          interfaces: [],
          containers: [{ name: 'api', ports: [{ containerPort: 80, hostPort: 32_768, protocol: 'tcp' }] }],
        });
        expect(await run(port.ec2InstanceIds('production', [arn, `${arn}0`]))).toEqual(new Map([[arn, instance.id]]));
        expect(await run(port.containerInstances('production', [instance.id, 'i-0ffffffffffffffff']))).toEqual([arn]);
        expect(await run(port.containerInstances('production', []))).toEqual([]);
      }),
    );

    test(
      'tells an IPv6-only task by its containers',
      withSubject(make, async ({ world, port, run }) => {
        const { vpcId } = arrange(world);
        const subnet = world.network.addSubnet({ vpcId, ipv6Cidr: '2600:1f00:0:1::/64' });
        const [task] = world.ecs.runTask({ cluster: 'production', taskDefinition: 'web', subnets: [subnet.id] });
        await world.clock.advance(A_WHILE_MS);
        const { tasks } = await run(port.describe('production', [task?.arn ?? '']));
        expect(tasks[0]?.interfaces).toMatchObject([{ subnetId: subnet.id, ipv6: '2600:1f00:0:1::10' }]);
        expect(tasks[0]?.interfaces[0]).not.toHaveProperty('ipv4');
      }),
    );

    test(
      'other failures than MISSING decide nothing',
      withSubject(make, async ({ world, port, run }) => {
        const [task] = arrange(world).run();
        const arn = task?.arn ?? '';
        world.ecs.failing.set(arn, 'ACCESS_DENIED');
        const described = await run(port.describe('production', [arn]));
        expect(described).toMatchObject({ tasks: [], missing: [], failed: [{ arn }] });
      }),
    );

    test(
      'lists every page, by desired status, service, family, instance and starter',
      withSubject(make, async ({ world, port, run }) => {
        const town = arrange(world);
        const standalone = town.run(230);
        const service = world.ecs.createService({
          cluster: 'production',
          name: 'web',
          taskDefinition: 'web',
          subnets: [town.subnetId],
          desiredCount: 2,
        });
        await world.clock.advance(A_WHILE_MS);
        world.ecs.stopTask(standalone[0]?.arn ?? '');
        const list = (filter: Parameters<Tasks['list']>[1]) => run(port.list('production', filter));
        expect(await list({ desiredStatus: 'RUNNING' })).toHaveLength(231);
        expect(world.calls.count('ecs:ListTasks')).toBe(3);
        expect(await list({ desiredStatus: 'STOPPED' })).toEqual([standalone[0]?.arn]);
        const own = world.ecs.tasksOf(service.arn).map(({ arn }) => arn);
        expect(await list({ desiredStatus: 'RUNNING', service: 'web' })).toEqual(own);
        expect(await list({ desiredStatus: 'RUNNING', family: 'web' })).toHaveLength(231);
        expect(await list({ desiredStatus: 'RUNNING', family: 'other' })).toEqual([]);
        const startedBy = service.deployments[0]?.id ?? '';
        expect(await list({ desiredStatus: 'RUNNING', startedBy })).toEqual(own);
        expect(await list({ desiredStatus: 'RUNNING', startedBy: 'ecs-svc/1' })).toEqual([]);
      }),
    );

    test(
      'a listing whose page 3 fails is no listing',
      withSubject(make, async ({ world, port, run }) => {
        arrange(world).run(230);
        world.faults.add({ action: 'ecs:ListTasks', failure: 'broken', after: 2 });
        const listed = run(port.list('production', { desiredStatus: 'RUNNING' }));
        await expect(listed).rejects.toBeInstanceOf(TaskwireError);
      }),
    );

    test(
      'an unknown cluster or service is not found, a denied call is denied',
      withSubject(make, async ({ world, port, run }) => {
        arrange(world);
        const list = (cluster: string, service?: string) =>
          run(port.list(cluster, { desiredStatus: 'RUNNING', ...(service !== undefined && { service }) }));
        await expect(list('nowhere')).rejects.toBeInstanceOf(NotFoundError);
        await expect(list('production', 'nobody')).rejects.toBeInstanceOf(NotFoundError);
        world.faults.add({ action: 'ecs:ListTasks', failure: 'denied' });
        await expect(list('production')).rejects.toBeInstanceOf(DeniedError);
      }),
    );

    test(
      'reads the ports of a revision, ranges too',
      withSubject(make, async ({ world, port, run }) => {
        arrange(world);
        const { arn } = world.ecs.registerTaskDefinition({
          family: 'dns',
          networkMode: 'host',
          containers: [
            {
              name: 'dns',
              portMappings: [{ containerPort: 53, protocol: 'udp' }, { containerPortRange: '7000-7010' }],
            },
            { name: 'log' },
          ],
        });
        expect(await run(port.definition(arn))).toEqual({
          taskDefinitionArn: arn,
          networkMode: 'host',
          containers: [
            {
              name: 'dns',
              ports: [
                { from: 53, to: 53, protocol: 'udp' },
                { from: 7000, to: 7010, protocol: 'tcp' },
              ],
            },
            { name: 'log', ports: [] },
          ],
        });
        await expect(run(port.definition(`${arn}9`))).rejects.toBeInstanceOf(NotFoundError);
      }),
    );

    test(
      'tells all clusters',
      withSubject(make, async ({ world, port, run }) => {
        for (let n = 0; n < 130; n++) world.ecs.addCluster(`c${n}`);
        expect(await run(port.clusters())).toHaveLength(130);
      }),
    );
  });
};
