import { DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createCallBudgets } from '../../../shared/aws/call-budget.ts';
import { createClients } from '../../../shared/aws/clients.ts';
import { createDefinitions } from '../../../shared/aws/definitions.ts';
import { DeniedError, NotFoundError } from '../../../shared/errors.ts';
import { createFakeClock } from './fake-clock.ts';

const ARN = 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:3';
const awsError = (name: string, message: string) =>
  Object.assign(new Error(message), { name, $fault: 'client', $metadata: { httpStatusCode: 400 } });

const ecs = mockClient(ECSClient);
const definitions = createDefinitions(
  createClients({ budgets: createCallBudgets({ clock: createFakeClock() }), connection: { region: 'eu-west-1' } }),
);
beforeEach(() => {
  ecs.reset();
});

test('asks for the tags, too, and gives the definition as it is', async () => {
  const definition = { taskDefinitionArn: ARN, containerDefinitions: [{ name: 'web', essential: true }] };
  const tags = [{ key: 'team', value: 'a' }, { key: 'bare' }, { value: 'nameless' }];
  ecs.on(DescribeTaskDefinitionCommand).resolves({ taskDefinition: definition, tags });
  expect(await definitions.describe(ARN)).toEqual({
    definition,
    forTargets: { taskDefinitionArn: ARN, networkMode: 'bridge', containers: [{ name: 'web', ports: [] }] },
    tags: { team: 'a', bare: '' },
  });
  expect(ecs.calls().map(({ args }) => args[0].input)).toEqual([{ taskDefinition: ARN, include: ['TAGS'] }]);
});

test('a revision that ECS does not know, or answers nothing about, is not found', async () => {
  const unknown = awsError('ClientException', 'Unable to describe task definition.');
  ecs.on(DescribeTaskDefinitionCommand).rejectsOnce(unknown).resolves({});
  await expect(definitions.describe(ARN)).rejects.toBeInstanceOf(NotFoundError);
  await expect(definitions.describe(ARN)).rejects.toBeInstanceOf(NotFoundError);
});

test('a refusal stays a refusal', async () => {
  ecs.on(DescribeTaskDefinitionCommand).rejects(awsError('AccessDeniedException', 'not you'));
  await expect(definitions.describe(ARN)).rejects.toBeInstanceOf(DeniedError);
});
