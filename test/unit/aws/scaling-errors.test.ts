import { afterEach, expect, test } from '@jest/globals';
import type { CallBudgets } from '../../../shared/aws/call-budget.ts';
import { createClients } from '../../../shared/aws/clients.ts';
import { createScaling } from '../../../shared/aws/scaling.ts';
import type { TrackingPolicy } from '../../../shared/core/scaling/observed.ts';
import {
  DeniedError,
  dispositionOf,
  NotFoundError,
  TaskwireError,
  ThrottledError,
  UnclearError,
} from '../../../shared/errors.ts';
import { jsonError, type Reaction, serve } from './loopback.ts';

const RESOURCE = 'service/production/web';
const CPU: TrackingPolicy = {
  name: 'taskwire-cpu',
  metric: { kind: 'predefined', name: 'ECSServiceAverageCPUUtilization' },
  targetValue: 60,
  scaleInDisabled: false,
};

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

const start = async (react: (action: string, index: number) => Reaction) => {
  const server = await serve(({ action }, index) => react(action, index));
  closing.push(server.close);
  const throttled: string[] = [];
  const budgets: CallBudgets = {
    before: async () => undefined,
    throttled: (action) => throttled.push(action),
    registration: { take: async () => undefined, giveBack: () => undefined },
  };
  const clients = createClients({ budgets, connection: server.connection, changeTimeoutMs: 300 });
  return { clients, throttled, arrived: server.arrived, scaling: createScaling(clients) };
};

const MAKE_ROLE = 'aws iam create-service-linked-role --aws-service-name ecs.application-autoscaling.amazonaws.com';
test.each<[string, Reaction, new (...args: never[]) => Error, string, RegExp]>([
  ['a throttle', jsonError('ThrottlingException', 'Rate exceeded'), ThrottledError, 'retry', /Rate exceeded/],
  [
    'another update under way',
    jsonError('ConcurrentUpdateException', 'You already have a pending update'),
    ThrottledError,
    'retry',
    /another update of the same resource is under way: You already/,
  ],
  [
    'a quota',
    jsonError('LimitExceededException', 'The maximum number of policies'),
    TaskwireError,
    'fail',
    /50 policies.*The maximum number of policies.*Service Quotas/,
  ],
  [
    'a service that is gone',
    jsonError('ValidationException', "ECS service doesn't exist: service/production/web"),
    NotFoundError,
    'retry',
    /service\/production\/web/,
  ],
  [
    'a target that is gone',
    jsonError('ObjectNotFoundException', 'No scalable target registered'),
    NotFoundError,
    'retry',
    /No scalable target/,
  ],
  [
    'a wrong parameter',
    jsonError('ValidationException', 'Maximum capacity cannot be less than minimum capacity'),
    TaskwireError,
    'fail',
    /was refused.*AWS says: Maximum capacity cannot be less/,
  ],
  [
    'a role that is missing',
    jsonError('ValidationException', 'Unable to assume IAM role: arn:aws:iam::111122223333:role/aws-service-role/ecs…'),
    DeniedError,
    'fail',
    new RegExp(`has no role in this account yet.*${MAKE_ROLE}$`),
  ],
  [
    'a role that may not be made',
    jsonError('AccessDeniedException', 'not authorized to perform: iam:CreateServiceLinkedRole'),
    DeniedError,
    'fail',
    new RegExp(`${MAKE_ROLE}$`),
  ],
  [
    'alarms that may not be read',
    jsonError('FailedResourceAccessException', 'Unable to retrieve alarms for scaling policy'),
    TaskwireError,
    'fail',
    new RegExp(`alarms for scaling policy.*${MAKE_ROLE}$`),
  ],
  [
    'a denial',
    jsonError('AccessDeniedException', 'no'),
    DeniedError,
    'fail',
    /Allow application-autoscaling:RegisterScalableTarget/,
  ],
  ['a 500', jsonError('InternalServiceException', 'oops', 500), UnclearError, 'retry', /no clear answer/],
  ['a reset', 'reset', UnclearError, 'retry', /no clear answer/],
  ['no answer', 'hang', UnclearError, 'retry', /no clear answer/],
])('a change is sent once, and its error is told: %s', async (_, reaction, type, disposition, words) => {
  const { clients, scaling, arrived } = await start(() => reaction);
  const error = await scaling.putTarget(RESOURCE, { bounds: { min: 1, max: 2 } }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(type);
  expect(dispositionOf(error)).toBe(disposition);
  expect(String(error)).toMatch(words);
  expect(String(error)).toContain('application-autoscaling:RegisterScalableTarget for service/production/web');
  expect(arrived).toHaveLength(1);
  expect(clients.calls()).toEqual({ 'application-autoscaling:RegisterScalableTarget': 1 });
});

test('a quota is no throttle: the budget is not slowed down', async () => {
  const { scaling, throttled } = await start((_, index) =>
    jsonError(index === 0 ? 'LimitExceededException' : 'ThrottlingException', 'no'),
  );
  await expect(scaling.putPolicy(RESOURCE, CPU)).rejects.toThrow(TaskwireError);
  expect(throttled).toEqual([]);
  await expect(scaling.putPolicy(RESOURCE, CPU)).rejects.toThrow(ThrottledError);
  expect(throttled).toEqual(['application-autoscaling:PutScalingPolicy']);
});

test('reads are tried again by the SDK, and counted', async () => {
  const { clients, scaling } = await start((_, index) =>
    index === 0 ? jsonError('ConcurrentUpdateException', 'later', 500) : { body: '{"ScalableTargets":[]}' },
  );
  expect(await scaling.targets([RESOURCE])).toEqual([]);
  expect(clients.calls()).toEqual({ 'application-autoscaling:DescribeScalableTargets': 2 });
});
