import { describe, expect, test } from '@jest/globals';
import {
  clusterNameOf,
  familyOf,
  parseArn,
  serviceNameOf,
  targetGroupNameOf,
  taskIdOf,
} from '../../../../shared/core/task/arn.ts';

describe('parseArn', () => {
  test('takes an ARN apart', () => {
    expect(parseArn('arn:aws-cn:ecs:cn-north-1:111122223333:task-definition/web:12')).toEqual({
      partition: 'aws-cn',
      service: 'ecs',
      region: 'cn-north-1',
      account: '111122223333',
      resource: 'task-definition/web:12',
    });
  });

  test('reads an ARN without Region and account', () => {
    expect(parseArn('arn:aws:s3:::bucket')).toMatchObject({ region: '', account: '', resource: 'bucket' });
  });

  test.each([
    '',
    'web',
    'arn',
    'arn:aws:ecs:eu-central-1:111122223333',
    'arn:aws:ecs:eu-central-1:111122223333:',
    'arn::ecs:eu-central-1:111122223333:cluster/a',
    'arn:aws::eu-central-1:111122223333:cluster/a',
    'ARN:aws:ecs:eu-central-1:111122223333:cluster/a',
  ])('"%s" is none', (text) => {
    expect(parseArn(text)).toBeUndefined();
  });
});

const ecs = (resource: string): string => `arn:aws:ecs:eu-central-1:111122223333:${resource}`;

test.each<{ name: string; found: string; wanted: string }>([
  { name: 'a cluster', found: clusterNameOf(ecs('cluster/production')), wanted: 'production' },
  { name: 'a cluster by name', found: clusterNameOf('production'), wanted: 'production' },
  { name: 'a task', found: taskIdOf(ecs('task/production/36fbeee7')), wanted: '36fbeee7' },
  { name: 'a task in the short format', found: taskIdOf(ecs('task/36fbeee7')), wanted: '36fbeee7' },
  { name: 'a family', found: familyOf(ecs('task-definition/web:12')), wanted: 'web' },
  { name: 'a family without revision', found: familyOf(ecs('task-definition/web')), wanted: 'web' },
  { name: 'a service', found: serviceNameOf(ecs('service/production/checkout')), wanted: 'checkout' },
  { name: 'a service in the short format', found: serviceNameOf(ecs('service/checkout')), wanted: 'checkout' },
  { name: 'a service by name', found: serviceNameOf('checkout'), wanted: 'checkout' },
  {
    name: 'a target group',
    found: targetGroupNameOf('arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/web/0123456789abcdef'),
    wanted: 'web',
  },
  { name: 'what is no target group, as it is', found: targetGroupNameOf('web'), wanted: 'web' },
])('names $name', ({ found, wanted }) => {
  expect(found).toBe(wanted);
});
