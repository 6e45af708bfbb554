import { DescribeServicesCommand, ECSClient, TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-ecs';
import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createCallBudgets } from '../../../shared/aws/call-budget.ts';
import { createClients } from '../../../shared/aws/clients.ts';
import { createScaledServices } from '../../../shared/aws/scaled-services.ts';
import { IncompleteError, ThrottledError } from '../../../shared/errors.ts';
import { createFakeClock } from './fake-clock.ts';

const arn = (cluster: string, name: string) => `arn:aws:ecs:eu-west-1:111122223333:service/${cluster}/${name}`;
const awsError = (name: string) =>
  Object.assign(new Error('as AWS put it'), { name, $fault: 'client', $metadata: { httpStatusCode: 400 } });
const told = (name: string, more: object = {}) => ({
  serviceArn: arn('production', name),
  clusterArn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/production',
  serviceName: name,
  status: 'ACTIVE',
  desiredCount: 3,
  runningCount: 2,
  ...more,
});
const at = (seconds: number) => new Date(seconds * 1000);

const ecs = mockClient(ECSClient);
const tagging = mockClient(ResourceGroupsTaggingAPIClient);
const services = createScaledServices(
  createClients({ budgets: createCallBudgets({ clock: createFakeClock() }), connection: { region: 'eu-west-1' } }),
);
beforeEach(() => {
  ecs.reset();
  tagging.reset();
});

const describeOne = async (more: object) => {
  ecs.on(DescribeServicesCommand).resolves({ services: [told('web', more)] });
  const [service] = await services.describe([arn('production', 'web')]);
  return service;
};

describe('describe', () => {
  test('asks with tags, ten per call and cluster, and leaves out what is not there', async () => {
    ecs
      .on(DescribeServicesCommand)
      .callsFake(({ cluster, services: asked }: { cluster: string; services: string[] }) => {
        if (cluster === 'gone') throw awsError('ClusterNotFoundException');
        return {
          services: asked.map((each) =>
            told(each.split('/')[2] ?? '', { status: each.endsWith('/s1') ? 'INACTIVE' : 'ACTIVE' }),
          ),
          failures: [{ arn: 'x', reason: 'MISSING' }],
        };
      });
    const arns = Array.from({ length: 12 }, (_, n) => arn('production', `s${n}`));
    const old = 'arn:aws:ecs:eu-west-1:111122223333:service/old';
    const described = await services.describe([...arns, arn('test', 'one'), arn('gone', 'two'), old]);
    expect(described.map(({ name }) => name).sort()).toEqual(
      ['one', ...arns.map((_, n) => `s${n}`).filter((name) => name !== 's1')].sort(),
    );
    const inputs = ecs.commandCalls(DescribeServicesCommand).map((call) => call.args[0].input);
    expect(inputs.map(({ cluster, services: asked, include }) => [cluster, asked?.length, include])).toEqual([
      ['production', 10, ['TAGS']],
      ['production', 2, ['TAGS']],
      ['test', 1, ['TAGS']],
      ['gone', 1, ['TAGS']],
    ]);
  });

  test('tells counts, tags, controller, strategy and who manages it', async () => {
    expect(
      await describeOne({
        tags: [{ key: 'taskwire:scaling', value: 'min=1 max=2' }, { key: 'empty' }],
        deploymentController: { type: 'CODE_DEPLOY' },
        schedulingStrategy: 'DAEMON',
        resourceManagementType: 'ECS',
        launchType: 'FARGATE',
      }),
    ).toEqual({
      serviceArn: arn('production', 'web'),
      cluster: 'production',
      name: 'web',
      desired: 3,
      running: 2,
      tags: { 'taskwire:scaling': 'min=1 max=2', empty: '' },
      controller: 'CODE_DEPLOY',
      strategy: 'DAEMON',
      managedByEcs: true,
      targetGroupArns: [],
      onFargate: true,
    });
    expect(await describeOne({ resourceManagementType: 'CUSTOMER' })).toMatchObject({
      controller: 'ECS',
      strategy: 'REPLICA',
      managedByEcs: false,
      onFargate: false,
      tags: {},
    });
  });

  test.each<[string, object, boolean]>([
    ['launch type', { launchType: 'FARGATE' }, true],
    ['instances', { launchType: 'EC2' }, false],
    [
      'Spot',
      { capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }, { capacityProvider: 'FARGATE' }] },
      true,
    ],
    ['an own provider', { capacityProviderStrategy: [{ capacityProvider: 'FARGATE-like' }] }, false],
  ])('is on Fargate or not: %s', async (_, more, onFargate) => {
    expect(await describeOne(more)).toMatchObject({ onFargate });
  });

  test('tells the groups that ECS fills: its own, alternates, those of task sets, each once', async () => {
    const service = await describeOne({
      loadBalancers: [
        { targetGroupArn: 'blue', advancedConfiguration: { alternateTargetGroupArn: 'green' } },
        { loadBalancerName: 'classic' },
      ],
      taskSets: [{ loadBalancers: [{ targetGroupArn: 'set' }, { targetGroupArn: 'blue' }] }],
    });
    expect(service?.targetGroupArns).toEqual(['blue', 'green', 'set']);
  });

  const primary = { status: 'PRIMARY', createdAt: at(500), runningCount: 3, pendingCount: 0 };
  const old = { status: 'ACTIVE', createdAt: at(100), runningCount: 2, pendingCount: 0, rolloutState: 'COMPLETED' };
  test.each<[string, readonly object[], number | undefined]>([
    ['it is rolled out', [{ ...primary, rolloutState: 'IN_PROGRESS' }, old], 500_000],
    ['the very first one', [{ ...primary, rolloutState: 'IN_PROGRESS', runningCount: 0 }], 500_000],
    ['it is done', [{ ...primary, rolloutState: 'COMPLETED' }], undefined],
    ['the old tasks are kept for a while', [{ ...primary, rolloutState: 'COMPLETED' }, old], 500_000],
    [
      'of the old ones no task is left',
      [
        { ...primary, rolloutState: 'COMPLETED' },
        { ...old, runningCount: 0 },
      ],
      undefined,
    ],
    [
      'the old ones are gone',
      [
        { ...primary, rolloutState: 'COMPLETED' },
        { ...old, status: 'INACTIVE' },
      ],
      undefined,
    ],
    ['it failed beside the old tasks', [{ ...primary, rolloutState: 'FAILED' }, old], undefined],
    [
      'it is rolled back',
      [
        { ...primary, rolloutState: 'IN_PROGRESS' },
        { ...old, rolloutState: 'FAILED' },
      ],
      500_000,
    ],
    ['no state is told, and old tasks are there', [primary, old], 500_000],
    ['no state is told, and no old tasks', [primary], undefined],
    ['others deploy it', [], undefined],
  ])('a deployment is under way, since when: %s', async (_, deployments, since) => {
    // Of the last deployment; AWS does not say that it goes when that has ended.
    const service = await describeOne({ deployments, currentServiceDeployment: 'arn:of:the:last:one' });
    expect(service?.deployingSinceMs).toBe(since);
  });

  test('an answer without counts, a failure and a refused call are errors', async () => {
    ecs.on(DescribeServicesCommand).resolves({ services: [{ ...told('web'), desiredCount: undefined }] } as object);
    await expect(services.describe([arn('production', 'web')])).rejects.toThrow(IncompleteError);
    ecs.on(DescribeServicesCommand).resolves({ failures: [{ arn: arn('production', 'web'), reason: 'BROKEN' }] });
    await expect(services.describe([arn('production', 'web')])).rejects.toThrow(IncompleteError);
    ecs.on(DescribeServicesCommand).rejects(awsError('ThrottlingException'));
    await expect(services.describe([arn('production', 'web')])).rejects.toThrow(ThrottledError);
    expect(await services.describe([])).toEqual([]);
  });
});

describe('tags', () => {
  test('are found over all pages, by key', async () => {
    tagging
      .on(GetResourcesCommand)
      .resolvesOnce({ ResourceTagMappingList: [{ ResourceARN: arn('c', 'a') }], PaginationToken: 'two' })
      .resolves({ ResourceTagMappingList: [{ ResourceARN: arn('c', 'b') }], PaginationToken: '' });
    expect(await services.tagged('taskwire:scaling')).toEqual([arn('c', 'a'), arn('c', 'b')]);
    expect(tagging.commandCalls(GetResourcesCommand)[0]?.args[0].input).toMatchObject({
      ResourceTypeFilters: ['ecs:service'],
      TagFilters: [{ Key: 'taskwire:scaling' }],
    });
  });

  test('are written and taken away; of a service that is gone there are none', async () => {
    await services.tag(arn('c', 'a'), { 'taskwire:spot': '3@1' });
    expect(ecs.commandCalls(TagResourceCommand)[0]?.args[0].input).toEqual({
      resourceArn: arn('c', 'a'),
      tags: [{ key: 'taskwire:spot', value: '3@1' }],
    });
    ecs.on(UntagResourceCommand).rejects(awsError('ResourceNotFoundException'));
    await services.untag(arn('c', 'a'), ['taskwire:spot']);
    expect(ecs.commandCalls(UntagResourceCommand)[0]?.args[0].input).toEqual({
      resourceArn: arn('c', 'a'),
      tagKeys: ['taskwire:spot'],
    });
  });
});
