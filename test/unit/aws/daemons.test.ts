import { DescribeServicesCommand, ECSClient, ListServicesCommand } from '@aws-sdk/client-ecs';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createCallBudgets } from '../../../shared/aws/call-budget.ts';
import { createClients } from '../../../shared/aws/clients.ts';
import { createDaemons } from '../../../shared/aws/daemons.ts';
import { IncompleteError } from '../../../shared/errors.ts';
import { createFakeClock } from './fake-clock.ts';

const ecs = mockClient(ECSClient);
const daemons = createDaemons(
  createClients({ budgets: createCallBudgets({ clock: createFakeClock() }), connection: { region: 'eu-west-1' } }),
);
const AGENT = 'arn:aws:ecs:eu-west-1:111122223333:task-definition/agent:3';
beforeEach(() => {
  ecs.reset();
});

test('asks for daemon services only, and asks nothing more where there are none', async () => {
  ecs.on(ListServicesCommand).resolves({ serviceArns: [] });
  expect(await daemons.definitions('production')).toEqual({ arns: [], complete: true });
  expect(ecs.calls().map(({ args }) => args[0].input)).toEqual([
    { cluster: 'production', schedulingStrategy: 'DAEMON', maxResults: 100 },
  ]);
});

test('an endpoint that does not know the filter does not make daemons of other services', async () => {
  ecs.on(ListServicesCommand).resolves({ serviceArns: ['a', 'b', 'c'] });
  ecs.on(DescribeServicesCommand).resolves({
    services: [
      { serviceName: 'a', schedulingStrategy: 'DAEMON', taskDefinition: AGENT },
      { serviceName: 'b', schedulingStrategy: 'REPLICA', taskDefinition: `${AGENT}1` },
      { serviceName: 'c', schedulingStrategy: 'DAEMON' },
    ],
  });
  expect(await daemons.definitions('production')).toEqual({ arns: [AGENT], complete: true });
});

test('a second page is not asked for, and said', async () => {
  ecs.on(ListServicesCommand).resolves({ serviceArns: [], nextToken: 'more' });
  expect(await daemons.definitions('production')).toEqual({ arns: [], complete: false });
});

test('a service that ECS could not describe is an error, not a cluster without daemons', async () => {
  ecs.on(ListServicesCommand).resolves({ serviceArns: ['a'] });
  ecs.on(DescribeServicesCommand).resolves({ failures: [{ arn: 'a', reason: 'INTERNAL' }] });
  await expect(daemons.definitions('production')).rejects.toBeInstanceOf(IncompleteError);
});
