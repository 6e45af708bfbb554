import {
  DeregisterTargetsCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AwsError, denied, invalid, targetGroupNotFound, throttled } from '../../../../simulator/errors.ts';
import { serveWorld, type WireServer } from '../../../../simulator/wire/server.ts';
import { clientsOf } from './clients.ts';
import { createScriptedWorld, type Script } from './scripted-world.ts';

const GROUP = 'arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/web/0123456789abcdef';

let server: WireServer | undefined;
afterEach(() => server?.close());

const elbOf = async (script: Script) => {
  const world = createScriptedWorld(script);
  server = await serveWorld(world);
  return { elb: clientsOf(server.endpoint).elb, asked: world.asked };
};

describe('Elastic Load Balancing over awsQuery', () => {
  test('tells target groups, with numbers and lists as the SDK types them', async () => {
    const group = {
      TargetGroupArn: GROUP,
      TargetGroupName: 'web',
      TargetType: 'ip',
      Protocol: 'HTTP',
      Port: 80,
      VpcId: 'vpc-1',
      IpAddressType: 'ipv4' as const,
      LoadBalancerArns: [],
    };
    const { elb, asked } = await elbOf({
      'elasticloadbalancing:DescribeTargetGroups': () => ({ TargetGroups: [group], NextMarker: 'next' }),
    });
    const answer = await elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [GROUP], PageSize: 7 }));
    expect(answer).toMatchObject({ TargetGroups: [group], NextMarker: 'next' });
    expect(asked).toEqual([
      {
        action: 'elasticloadbalancing:DescribeTargetGroups',
        input: { TargetGroupArns: [GROUP], Names: undefined, Marker: undefined, PageSize: 7 },
      },
    ]);
  });

  test('tells the health of targets', async () => {
    const target = {
      Target: { Id: '10.0.1.23', Port: 8080, AvailabilityZone: 'eu-central-1a' },
      HealthCheckPort: '8080',
      TargetHealth: { State: 'unhealthy', Reason: 'Target.Timeout', Description: 'Request timed out' },
    };
    const { elb, asked } = await elbOf({
      'elasticloadbalancing:DescribeTargetHealth': () => ({ TargetHealthDescriptions: [target, target] }),
    });
    const answer = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: GROUP }));
    expect(answer.TargetHealthDescriptions).toEqual([target, target]);
    expect(asked).toMatchObject([{ input: { TargetGroupArn: GROUP, Targets: undefined } }]);
  });

  test('reads 200 targets in their order, with and without port and zone', async () => {
    const { elb, asked } = await elbOf({ 'elasticloadbalancing:RegisterTargets': () => ({}) });
    const targets = Array.from({ length: 200 }, (_, n) => ({ Id: `10.0.1.${n}`, Port: 8000 + n }));
    await elb.send(
      new RegisterTargetsCommand({
        TargetGroupArn: GROUP,
        Targets: [...targets, { Id: 'x', AvailabilityZone: 'all' }],
      }),
    );
    expect(asked).toEqual([
      {
        action: 'elasticloadbalancing:RegisterTargets',
        input: { TargetGroupArn: GROUP, Targets: [...targets, { Id: 'x', AvailabilityZone: 'all' }] },
      },
    ]);
  });

  test('tells attributes, tags, and an empty list as one', async () => {
    const { elb } = await elbOf({
      'elasticloadbalancing:DescribeTargetGroupAttributes': () => ({
        Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '300' }],
      }),
      'elasticloadbalancing:DescribeTags': () => ({ TagDescriptions: [{ ResourceArn: GROUP, Tags: [] }] }),
    });
    const attributes = await elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: GROUP }));
    expect(attributes.Attributes).toEqual([{ Key: 'deregistration_delay.timeout_seconds', Value: '300' }]);
    const tags = await elb.send(new DescribeTagsCommand({ ResourceArns: [GROUP] }));
    expect(tags.TagDescriptions).toEqual([{ ResourceArn: GROUP, Tags: [] }]);
  });

  test('carries any text that UTF-8 can, markup and control characters included', async () => {
    let value = '';
    const { elb } = await elbOf({
      'elasticloadbalancing:DescribeTags': () => ({
        TagDescriptions: [{ ResourceArn: GROUP, Tags: [{ Key: 'k', Value: value }] }],
      }),
    });
    const character = fc.oneof(
      fc.constantFrom('<', '>', '&', '"', "'", ']]>', '&amp;', '<!--', '\r\n', '\n', '\t', ' ', '\u001b[2J', '\u2028'),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 0x9f }).map((code) => String.fromCharCode(code)),
    );
    // Something visible in front: text of nothing but blanks reads as empty in the SDK's parser, on AWS too.
    const text = fc.array(character, { maxLength: 20 }).map((parts) => `v${parts.join('')}`);
    await fc.assert(
      fc.asyncProperty(text, async (given) => {
        value = given;
        const answer = await elb.send(new DescribeTagsCommand({ ResourceArns: [GROUP] }));
        expect(answer.TagDescriptions?.[0]?.Tags?.[0]?.Value).toBe(given);
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    { error: throttled('elasticloadbalancing:RegisterTargets'), name: 'Throttling', status: 400 },
    { error: denied('elasticloadbalancing:RegisterTargets', GROUP), name: 'AccessDenied', status: 403 },
    { error: targetGroupNotFound(), name: 'TargetGroupNotFoundException', status: 400 },
    {
      error: invalid('elasticloadbalancing:RegisterTargets', `'<b>' is no target`),
      name: 'ValidationError',
      status: 400,
    },
    {
      error: new AwsError('InvalidTargetException', 'InvalidTarget', 'The IP address is not valid', {
        statusCode: 400,
      }),
      name: 'InvalidTargetException',
      status: 400,
    },
    {
      error: new AwsError('TooManyTargetsException', 'TooManyTargets', 'The limit is 1000', { statusCode: 400 }),
      name: 'TooManyTargetsException',
      status: 400,
    },
  ])('says $name as the SDK knows it', async ({ error, name, status }) => {
    const { elb } = await elbOf({
      'elasticloadbalancing:DeregisterTargets': () => {
        throw error;
      },
    });
    const targets = [{ Id: '10.0.1.23', Port: 8080 }];
    await expect(
      elb.send(new DeregisterTargetsCommand({ TargetGroupArn: GROUP, Targets: targets })),
    ).rejects.toMatchObject({ name, message: error.message, $metadata: { httpStatusCode: status } });
  });
});
