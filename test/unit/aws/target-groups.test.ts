import {
  DeregisterTargetsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createCallBudgets } from '../../../shared/aws/call-budget.ts';
import { createClients } from '../../../shared/aws/clients.ts';
import { createTargetGroups } from '../../../shared/aws/target-groups.ts';
import { DeniedError, IncompleteError, NotFoundError } from '../../../shared/errors.ts';
import { createFakeClock } from './fake-clock.ts';

const arn = (name: string | number) => `arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/${name}/1`;
const awsError = (name: string, message = 'as AWS put it') =>
  Object.assign(new Error(message), { name, $fault: 'client', $metadata: { httpStatusCode: 400 } });

const elb = mockClient(ElasticLoadBalancingV2Client);
const tagging = mockClient(ResourceGroupsTaggingAPIClient);
const groups = createTargetGroups(
  createClients({ budgets: createCallBudgets({ clock: createFakeClock() }), connection: { region: 'eu-west-1' } }),
);
beforeEach(() => {
  elb.reset();
  tagging.reset();
});

describe('tagged', () => {
  test('asks for one tag key of target groups and reads every page', async () => {
    tagging
      .on(GetResourcesCommand)
      .resolvesOnce({
        ResourceTagMappingList: [{ ResourceARN: arn('a'), Tags: [{ Key: 'taskwire:service', Value: 'c/s' }] }],
        PaginationToken: 'two',
      })
      .resolves({ ResourceTagMappingList: [{ ResourceARN: arn('b') }], PaginationToken: '' });
    await expect(groups.tagged('taskwire:service')).resolves.toEqual([
      { arn: arn('a'), tags: { 'taskwire:service': 'c/s' } },
      { arn: arn('b'), tags: {} },
    ]);
    expect(tagging.commandCalls(GetResourcesCommand)[0]?.args[0].input).toEqual({
      ResourceTypeFilters: ['elasticloadbalancing:targetgroup'],
      TagFilters: [{ Key: 'taskwire:service' }],
      ResourcesPerPage: 100,
    });
  });

  test('a page that fails is an error', async () => {
    tagging
      .on(GetResourcesCommand)
      .resolvesOnce({ ResourceTagMappingList: [{ ResourceARN: arn('a') }], PaginationToken: 'two' })
      .rejects(awsError('AccessDeniedException'));
    await expect(groups.tagged('taskwire:service')).rejects.toThrow(DeniedError);
  });
});

describe('describe', () => {
  const gone = new Set([arn(3), arn(140)]);
  const answer = (input: { TargetGroupArns?: string[] }) => {
    const asked = input.TargetGroupArns ?? [];
    if (asked.some((one) => gone.has(one))) throw awsError('TargetGroupNotFoundException');
    return {
      TargetGroups: asked.map((TargetGroupArn) => ({
        TargetGroupArn,
        TargetGroupName: 'web',
        TargetType: 'ip',
        Protocol: 'HTTP',
        Port: 80,
        VpcId: 'vpc-1',
        IpAddressType: 'ipv4',
      })),
    };
  };

  test('asks 100 at a time, and finds the rest when some are gone', async () => {
    elb.on(DescribeTargetGroupsCommand).callsFake(answer);
    const described = await groups.describe(Array.from({ length: 150 }, (_, index) => arn(index)));
    expect(described).toHaveLength(148);
    expect(described.some((group) => gone.has(group.arn))).toBe(false);
    expect(described[0]).toEqual({
      arn: arn(0),
      name: 'web',
      targetType: 'ip',
      protocol: 'HTTP',
      port: 80,
      vpcId: 'vpc-1',
      ipAddressType: 'ipv4',
    });
    // Two at once, then two by two down to the one that is gone: ⌈log₂ 100⌉ and ⌈log₂ 50⌉.
    expect(elb.commandCalls(DescribeTargetGroupsCommand).length).toBeLessThanOrEqual(2 + 2 * 7 + 2 * 6);
  });

  test('tells the load balancers that send to a group, where there are any', async () => {
    const group = { TargetGroupName: 'web', TargetType: 'ip' as const };
    elb.on(DescribeTargetGroupsCommand).resolves({
      TargetGroups: [
        { ...group, TargetGroupArn: arn(1), LoadBalancerArns: ['arn:of:a:loadbalancer/app/shop/1'] },
        { ...group, TargetGroupArn: arn(2), LoadBalancerArns: [] },
      ],
    });
    const [attached, alone] = await groups.describe([arn(1), arn(2)]);
    expect(attached?.loadBalancerArns).toEqual(['arn:of:a:loadbalancer/app/shop/1']);
    expect(alone).not.toHaveProperty('loadBalancerArns');
  });

  test('another failure is an error and is not halved', async () => {
    elb.on(DescribeTargetGroupsCommand).rejects(awsError('AccessDenied'));
    await expect(groups.describe([arn(1), arn(2)])).rejects.toThrow(DeniedError);
    expect(elb.commandCalls(DescribeTargetGroupsCommand)).toHaveLength(1);
  });
});

describe('targets', () => {
  test('tells health, canonical addresses, and a zone only where it was chosen', async () => {
    elb.on(DescribeTargetHealthCommand).resolves({
      TargetHealthDescriptions: [
        { Target: { Id: '10.0.0.1', Port: 80, AvailabilityZone: 'eu-west-1a' }, TargetHealth: { State: 'healthy' } },
        { Target: { Id: '10.9.0.1', Port: 80, AvailabilityZone: 'all' }, TargetHealth: { State: 'draining' } },
        {
          Target: { Id: '2001:DB8:0:0:0:0:0:1', Port: 80 },
          TargetHealth: { State: 'unhealthy', Reason: 'Target.Timeout' },
        },
        { Target: { Id: 'arn:aws:lambda:…' } },
      ],
    });
    await expect(groups.targets(arn(1))).resolves.toEqual([
      { id: '10.0.0.1', port: 80, state: 'healthy' },
      { id: '10.9.0.1', port: 80, zone: 'all', state: 'draining' },
      { id: '2001:db8::1', port: 80, state: 'unhealthy', reason: 'Target.Timeout' },
    ]);
  });

  test('an answer without a list proves nothing, a deleted group is not found', async () => {
    elb.on(DescribeTargetHealthCommand).resolves({});
    await expect(groups.targets(arn(1))).rejects.toThrow(IncompleteError);
    elb.on(DescribeTargetHealthCommand).rejects(awsError('TargetGroupNotFoundException'));
    await expect(groups.targets(arn(1))).rejects.toThrow(NotFoundError);
  });

  test.each([
    ['120', 120],
    ['0', 0],
    [undefined, 300],
    ['soon', 300],
  ])('deregistration delay %s is %d s', async (Value, expected) => {
    elb.on(DescribeTargetGroupAttributesCommand).resolves({
      Attributes: [
        { Key: 'slow_start.duration_seconds', Value: '30' },
        { Key: 'deregistration_delay.timeout_seconds', ...(Value !== undefined && { Value }) },
      ],
    });
    await expect(groups.deregistrationDelaySeconds(arn(1))).resolves.toBe(expected);
  });
});

describe('register and deregister', () => {
  const targets = Array.from({ length: 150 }, (_, index) => ({ id: `10.0.0.${index + 1}`, port: 80 }));

  test('sends id and port, and the zone only where it is given', async () => {
    elb.on(RegisterTargetsCommand).resolves({});
    const far = { id: '10.9.0.1', port: 80, zone: 'all' as const };
    await expect(groups.register(arn(1), [{ id: '10.0.0.1', port: 80 }, far])).resolves.toEqual({
      accepted: [{ id: '10.0.0.1', port: 80 }, far],
      refused: [],
      full: false,
    });
    expect(elb.commandCalls(RegisterTargetsCommand)[0]?.args[0].input).toEqual({
      TargetGroupArn: arn(1),
      Targets: [
        { Id: '10.0.0.1', Port: 80 },
        { Id: '10.9.0.1', Port: 80, AvailabilityZone: 'all' },
      ],
    });
  });

  test.each([
    ['InvalidTargetException', 'InvalidTarget'],
    ['ValidationError', 'ValidationError'],
    ['TooManyRegistrationsForTargetIdException', 'TooManyRegistrationsForTargetId'],
  ])('one refused among 150 (%s) leaves its neighbours in', async (name, code) => {
    elb.on(RegisterTargetsCommand).callsFake((input) => {
      if (input.Targets.some(({ Id }: { Id: string }) => Id === '10.0.0.77')) {
        throw awsError(name, "The IP address '10.0.0.77' is not valid");
      }
      return {};
    });
    const registered = await groups.register(arn(1), targets);
    expect(registered.accepted).toHaveLength(149);
    expect(registered.refused).toMatchObject([{ target: { id: '10.0.0.77' }, code }]);
    expect(elb.commandCalls(RegisterTargetsCommand)).toHaveLength(2);
  });

  test('a group at its quota is full', async () => {
    elb.on(RegisterTargetsCommand).rejects(awsError('TooManyTargetsException'));
    await expect(groups.register(arn(1), targets)).resolves.toEqual({ accepted: [], refused: [], full: true });
  });

  test('asks before each further call', async () => {
    elb.on(RegisterTargetsCommand).rejects(awsError('InvalidTargetException', "'10.0.0.77' is not valid"));
    const registered = await groups.register(arn(1), targets, async () => false);
    expect(registered.accepted).toEqual([]);
    expect(elb.commandCalls(RegisterTargetsCommand)).toHaveLength(1);
  });

  test('deregistering from a group that is gone is success; nothing to do is no call', async () => {
    elb.on(DeregisterTargetsCommand).rejects(awsError('TargetGroupNotFoundException'));
    await expect(groups.deregister(arn(1), targets)).resolves.toBeUndefined();
    elb.reset();
    await groups.deregister(arn(1), []);
    await groups.register(arn(1), []);
    expect(elb.calls()).toHaveLength(0);
  });
});
