import {
  DescribeServicesCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createCallBudgets } from '../../../shared/aws/call-budget.ts';
import { createClients } from '../../../shared/aws/clients.ts';
import { MEMBERS, registerInput } from '../../../shared/aws/register-input.ts';
import { createRollouts } from '../../../shared/aws/rollouts.ts';
import { READ_ONLY } from '../../../shared/core/tracing/reshape.ts';
import { DeniedError, ThrottledError, UnclearError } from '../../../shared/errors.ts';
import { createFakeClock } from './fake-clock.ts';

const ARN = 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:3';
const SERVICE = 'arn:aws:ecs:eu-west-1:111122223333:service/production/web';
const DEFINITION = { family: 'web', containerDefinitions: [{ name: 'web', image: 'web:1' }] };
const awsError = (name: string, message: string, httpStatusCode = 400) =>
  Object.assign(new Error(message), {
    name,
    $fault: httpStatusCode < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode },
  });

const ecs = mockClient(ECSClient);
const clock = createFakeClock();
const clients = createClients({ budgets: createCallBudgets({ clock }), connection: { region: 'eu-west-1' } });
const rollouts = createRollouts(clients, clock);
beforeEach(() => {
  ecs.reset();
});

test('what is stripped before registering is what the SDK only describes', () => {
  const readOnly = Object.entries(MEMBERS).flatMap(([member, fate]) => (fate === 'read-only' ? [member] : []));
  expect(new Set(readOnly)).toEqual(READ_ONLY);
});

test('every member that is sent passes, each read-only or unknown one is refused by name', () => {
  for (const [member, fate] of [...Object.entries(MEMBERS), ['somethingNewer', 'unknown']]) {
    const given = {
      ...DEFINITION,
      [String(member)]: DEFINITION[member === 'family' ? 'family' : 'containerDefinitions'],
    };
    if (fate === 'sent') expect(registerInput(given)).toBe(given);
    else expect(() => registerInput(given)).toThrow(String(member));
  }
  expect(() => registerInput({ family: 'web' })).toThrow('containerDefinitions');
});

test('sends the definition as it is, once, and an answer without an ARN is unclear', async () => {
  ecs
    .on(RegisterTaskDefinitionCommand)
    .resolvesOnce({ taskDefinition: { taskDefinitionArn: ARN } })
    .resolves({});
  expect(await rollouts.register(DEFINITION)).toBe(ARN);
  expect(ecs.commandCalls(RegisterTaskDefinitionCommand)[0]?.args[0].input).toEqual(DEFINITION);
  await expect(rollouts.register(DEFINITION)).rejects.toBeInstanceOf(UnclearError);
});

test('changes nothing of the service but its revision', async () => {
  ecs.on(UpdateServiceCommand).resolves({});
  await rollouts.update('production', SERVICE, ARN);
  expect(ecs.calls().map(({ args }) => args[0].input)).toEqual([
    { cluster: 'production', service: SERVICE, taskDefinition: ARN },
  ]);
});

test('a role that may not be passed is told with the right that is missing', async () => {
  const message = 'User: u is not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/task';
  ecs.on(RegisterTaskDefinitionCommand).rejects(awsError('AccessDeniedException', message));
  const failed = rollouts.register(DEFINITION);
  await expect(failed).rejects.toBeInstanceOf(DeniedError);
  await expect(failed).rejects.toThrow('Allow iam:PassRole');
});

test('what nobody knows the end of is unclear, and not sent twice', async () => {
  ecs.on(UpdateServiceCommand).rejects(awsError('ServerException', 'oops', 500));
  await expect(rollouts.update('production', 'web', ARN)).rejects.toBeInstanceOf(UnclearError);
  expect(ecs.calls()).toHaveLength(1);
});

test('takes turns at half of what AWS grants, slower once it throttles', async () => {
  const own = createRollouts(clients, clock);
  let granted = 0;
  const take = () => {
    void own.turn('register').then(() => {
      granted++;
    });
  };
  for (let turn = 0; turn < 12; turn++) take();
  await clock.advance(0);
  expect(granted).toBe(10);
  await clock.advance(2_000);
  expect(granted).toBe(11);
  ecs.on(RegisterTaskDefinitionCommand).rejects(awsError('ThrottlingException', 'Rate exceeded'));
  await expect(own.register(DEFINITION)).rejects.toBeInstanceOf(ThrottledError);
  await clock.advance(2_000);
  expect(granted).toBe(11);
  await clock.advance(2_000);
  expect(granted).toBe(12);
});

test('the newest deployment comes first, whatever order AWS tells', async () => {
  const services = [
    {
      serviceArn: SERVICE,
      clusterArn: 'arn:aws:ecs:eu-west-1:111122223333:cluster/production',
      serviceName: 'web',
      status: 'ACTIVE',
      deploymentConfiguration: { strategy: 'CANARY' as const },
      deployments: [
        { id: 'old', status: 'ACTIVE' },
        { id: 'new', status: 'PRIMARY' },
      ],
      taskSets: [
        { status: 'ACTIVE', taskDefinition: 'web:1' },
        { status: 'PRIMARY', taskDefinition: 'web:2' },
      ],
    },
    { serviceName: 'nameless' },
  ];
  ecs.on(DescribeServicesCommand).resolves({ services });
  const told = await rollouts.describe('production', ['web', 'nameless']);
  expect(told).toMatchObject([
    { name: 'web', taskDefinition: 'web:2', inStages: true, deployments: [{ id: 'new' }, { id: 'old' }] },
  ]);
});
