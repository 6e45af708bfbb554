import { describe, expect, test } from '@jest/globals';
import { accessRequestsOf, isAllowed, type Statement } from '../../support/authorization.ts';

const allow = (differs: Partial<Statement> = {}): Statement => ({
  Effect: 'Allow',
  Action: 'ecs:ListTasks',
  Resource: '*',
  ...differs,
});
const request = { action: 'ecs:ListTasks', resource: '*', context: { 'ecs:cluster': 'arn:aws:ecs:r:1:cluster/a' } };
const condition = (operator: string, key: string, value: string | string[]) => ({
  Condition: { [operator]: { [key]: value } },
});

describe('isAllowed', () => {
  test.each<{ name: string; statements: Statement[]; allowed: boolean }>([
    { name: 'nothing is allowed by itself', statements: [], allowed: false },
    { name: 'what is named is allowed', statements: [allow()], allowed: true },
    { name: 'one of several actions', statements: [allow({ Action: ['a:B', 'ecs:ListTasks'] })], allowed: true },
    { name: 'another action', statements: [allow({ Action: 'ecs:ListTask' })], allowed: false },
    { name: 'a call without a resource needs the star', statements: [allow({ Resource: 'arn:x:*' })], allowed: false },
    { name: 'a denial wins', statements: [allow(), allow({ Effect: 'Deny' })], allowed: false },
    {
      name: 'a denial of something else does not',
      statements: [allow(), allow({ Effect: 'Deny', Action: 'ecs:StopTask' })],
      allowed: true,
    },
    {
      name: 'a cluster that fits',
      statements: [
        allow(condition('ArnLike', 'ecs:cluster', ['arn:aws:ecs:r:1:cluster/b', 'arn:aws:ecs:r:1:cluster/a*'])),
      ],
      allowed: true,
    },
    {
      name: 'a cluster that does not',
      statements: [allow(condition('ArnLike', 'ecs:cluster', 'arn:aws:ecs:r:1:cluster/b'))],
      allowed: false,
    },
    {
      name: 'Null false asks for a key that is there',
      statements: [allow(condition('Null', 'ecs:cluster', 'false'))],
      allowed: true,
    },
    { name: 'and refuses where it is not', statements: [allow(condition('Null', 'x', 'false'))], allowed: false },
    {
      name: 'StringNotEquals holds for a key that is not there',
      statements: [allow(condition('StringNotEquals', 'x', 'observe'))],
      allowed: true,
    },
    {
      name: 'StringEquals does not',
      statements: [allow(condition('StringEquals', 'x', 'observe'))],
      allowed: false,
    },
  ])('$name', ({ statements, allowed }) => {
    expect(isAllowed(statements, request)).toBe(allowed);
  });

  test('an operator that is not known is no operator that holds', () => {
    expect(() => isAllowed([allow(condition('StringLike', 'ecs:cluster', '*'))], request)).toThrow('StringLike');
  });
});

describe('accessRequestsOf', () => {
  const account = { region: 'r', account: '1', tagsOf: () => ({ 'taskwire:service': 'a/b' }) };

  test('names every task, in its cluster', () => {
    const parameters = { cluster: 'a', tasks: ['arn:aws:ecs:r:1:task/a/1', '2'] };
    expect(accessRequestsOf({ service: 'ecs', operation: 'DescribeTasks', parameters }, account)).toEqual([
      { ...request, action: 'ecs:DescribeTasks', resource: 'arn:aws:ecs:r:1:task/a/1' },
      { ...request, action: 'ecs:DescribeTasks', resource: 'arn:aws:ecs:r:1:task/a/2' },
    ]);
  });

  test('tells the tags of a target group', () => {
    const parameters = { TargetGroupArn: 'arn:tg' };
    expect(
      accessRequestsOf({ service: 'elasticloadbalancing', operation: 'RegisterTargets', parameters }, account),
    ).toEqual([
      {
        action: 'elasticloadbalancing:RegisterTargets',
        resource: 'arn:tg',
        context: { 'aws:ResourceTag/taskwire:service': 'a/b' },
      },
    ]);
  });

  test('asks for a revision and its service', () => {
    const parameters = { serviceRevisionArns: ['arn:aws:ecs:r:1:service-revision/a/web/9'] };
    const asked = accessRequestsOf({ service: 'ecs', operation: 'DescribeServiceRevisions', parameters }, account);
    expect(asked.map(({ resource }) => resource)).toEqual([
      'arn:aws:ecs:r:1:service-revision/a/web/9',
      'arn:aws:ecs:r:1:service/a/web',
    ]);
  });

  test('refuses a call that nobody looked up', () => {
    expect(() => accessRequestsOf({ service: 'ecs', operation: 'StopTask', parameters: {} }, account)).toThrow(
      'StopTask',
    );
  });
});
